import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ProbeMessage } from '../../../protocol/telemetry.js';
import { COMMAND, SLOT, SLOTS, type Command, type ToWorker, type WorkerData } from './wire.js';

/** How long the end of the script may be delayed for an engine that is slow, in milliseconds. */
const FLUSH_TIMEOUT = 2000;

const MEASURES = new Set<ProbeMessage['type']>(['steps', 'parameterMeasures', 'batch', 'metrics']);

/** The training thread's side: never waits for the engine, except a bounded time at the very end. */
export class Channel {
  private readonly slots: Int32Array;
  private readonly worker: Worker;
  private flushes = 0;
  private broken = false;

  constructor(socket: string | undefined, log: string | undefined) {
    const shared = new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
    this.slots = new Int32Array(shared);
    this.worker = new Worker(path.join(__dirname, 'worker.cjs'), {
      workerData: { shared, socket, log } satisfies WorkerData,
      // A worker inherits `--require`, so the probe would start itself again, for ever.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
      stdout: true,
      stderr: true,
    });
    this.worker.on('error', () => (this.broken = true));
    this.worker.on('exit', () => (this.broken = true));
    this.worker.unref();
  }

  send(message: ProbeMessage): void {
    this.post({ line: JSON.stringify(message) + '\n', measure: MEASURES.has(message.type) });
  }

  get command(): Command {
    return Atomics.load(this.slots, SLOT.command) as Command;
  }

  get dropped(): number {
    return Atomics.load(this.slots, SLOT.dropped);
  }

  /** Blocks the training thread while the engine says pause. */
  waitWhilePaused(): void {
    while (this.command === COMMAND.pause && !this.broken) {
      Atomics.wait(this.slots, SLOT.command, COMMAND.pause, 1000);
    }
  }

  /** Waits until the engine has everything, at most two seconds. */
  flush(): void {
    if (this.broken) return;
    const wanted = ++this.flushes;
    this.post({ flush: wanted });
    const end = Date.now() + FLUSH_TIMEOUT;
    let flushed = Atomics.load(this.slots, SLOT.flushed);
    while (flushed !== wanted && Date.now() < end) {
      Atomics.wait(this.slots, SLOT.flushed, flushed, end - Date.now());
      flushed = Atomics.load(this.slots, SLOT.flushed);
    }
  }

  private post(message: ToWorker): void {
    if (!this.broken) this.worker.postMessage(message);
  }
}
