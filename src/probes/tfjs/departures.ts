import type { ProbeLine, ProbeMessage } from '../../protocol/telemetry.js';
import type { Session } from './session.js';
import { StepLog } from './stepLog.js';
import type { Scalars } from './stepScalars.js';
import type { EngineLike } from './tensorflow.js';

/** Seconds between two departures of steps: at most twenty times a second. */
export const INTERVAL = 0.05;

/** Sends steps in bundles, and what belongs between them in order. */
export class Departures {
  private readonly log = new StepLog();
  private waiting: ProbeMessage[] = [];
  private lastSent = -Infinity;
  /** Gates send steps, too, so memory has a clock of its own. */
  private lastMemory = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly session: Session) {}

  /** @param kept bytes that are kept for going back: ours, so it is not the script whose memory grows */
  record(engine: EngineLike, step: number, epoch: number | undefined, scalars: Scalars, kept: number): void {
    const time = this.session.now();
    this.log.add(step, time, epoch, { ...scalars, ...this.memory(engine, kept, time) });
    if (time - this.lastSent >= INTERVAL) this.flush();
    // For a script that stops stepping but lets the event loop run.
    else this.timer ??= setTimeout(() => this.flush(), INTERVAL * 1000).unref();
  }

  private memory(engine: EngineLike, kept: number, time: number): Scalars {
    if (time - this.lastMemory < INTERVAL) return {};
    this.lastMemory = time;
    return memory(engine, kept);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const steps = this.log.take();
    if (steps) this.session.send(steps);
    this.waiting.forEach((message) => this.session.send(message));
    this.waiting = [];
    this.lastSent = this.session.now();
  }

  /** Sends a message with the next departure, after the steps in it. */
  attach(message: ProbeMessage): void {
    this.waiting.push(message);
  }

  /** Sends a message at once, and the steps before it. */
  sendAfterSteps(message: ProbeLine): void {
    this.flush();
    this.session.send(message);
  }
}

function memory({ state }: EngineLike, kept: number): Scalars {
  return {
    'memory/process': Math.max(0, process.memoryUsage.rss() - kept),
    'memory/device': state.numBytes,
    'memory/tensors': state.numTensors,
  };
}
