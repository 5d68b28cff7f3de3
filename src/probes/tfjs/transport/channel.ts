import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Settings } from '../environment.js';
import { isConversation, type ProbeLine } from '../../../protocol/telemetry.js';
import { Liveliness } from './liveliness.js';
import { SLOT, SLOTS, type ToMain, type ToWorker, type WorkerData } from './wire.js';

/** How long the end of the script is delayed for an engine that shows no sign of life, in milliseconds. */
const FLUSH_TIMEOUT = 2000;
/** And for one that is at work: on a machine with too much to do it may take some time to come to this training. */
const LONGEST_FLUSH = 15_000;
/** The engine is looked at this often meanwhile. */
const LOOK = 250;

/** A worker that died says nothing: looked for as often as this, in milliseconds. */
const PATIENCE = 1000;

const MEASURES = new Set<ProbeLine['type']>(['steps', 'parameterMeasures', 'batch', 'metrics']);

/** The training thread's side: waits for the engine only at gates, and a bounded time at the very end. */
export class Channel {
  private readonly slots: Int32Array;
  private readonly worker: Worker;
  private readonly control: MessagePort;
  private seen = 0;
  private flushes = 0;
  private broken = false;

  private readonly engine: Liveliness;

  constructor({ socket, log, engine }: Pick<Settings, 'socket' | 'log' | 'engine'>) {
    this.engine = new Liveliness(engine);
    const shared = new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
    this.slots = new Int32Array(shared);
    const { port1, port2 } = new MessageChannel();
    this.control = port1;
    port1.unref();
    this.worker = new Worker(path.join(__dirname, 'worker.cjs'), {
      workerData: { shared, socket, log, control: port2 } satisfies WorkerData,
      transferList: [port2],
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

  send(message: ProbeLine): void {
    const line = JSON.stringify(message) + '\n';
    this.post({ line, measure: MEASURES.has(message.type), said: isConversation(message) });
  }

  /** Whether anything was said since `receive` was called last. */
  get pending(): boolean {
    return Atomics.load(this.slots, SLOT.signal) !== this.seen;
  }

  /**
   * The next message, in order.
   * @param timeout milliseconds to wait for it
   */
  receive(timeout: number): ToMain | undefined {
    const end = Date.now() + timeout;
    for (;;) {
      this.seen = Atomics.load(this.slots, SLOT.signal);
      const received = receiveMessageOnPort(this.control);
      if (received) return received.message as ToMain;
      if (this.broken) return { type: 'gone' };
      const left = end - Date.now();
      if (left <= 0) return undefined;
      Atomics.wait(this.slots, SLOT.signal, this.seen, Math.min(left, PATIENCE));
    }
  }

  get dropped(): number {
    return Atomics.load(this.slots, SLOT.dropped);
  }

  /** Waits until the engine has everything. One that is dead is known at once, by its socket. */
  flush(): void {
    if (this.broken) return;
    const wanted = ++this.flushes;
    this.post({ flush: wanted });
    const last = Date.now() + LONGEST_FLUSH;
    let end = Date.now() + FLUSH_TIMEOUT;
    let flushed = Atomics.load(this.slots, SLOT.flushed);
    while (flushed !== wanted && Date.now() < end) {
      Atomics.wait(this.slots, SLOT.flushed, flushed, LOOK);
      flushed = Atomics.load(this.slots, SLOT.flushed);
      if (this.engine.moves()) end = Math.min(last, Date.now() + FLUSH_TIMEOUT);
    }
  }

  post(message: ToWorker): void {
    if (!this.broken) this.worker.postMessage(message);
  }
}
