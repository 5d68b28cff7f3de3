import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { TELEMETRY_VERSION, type Bye, type Hello, type ProbeLine } from '../../protocol/telemetry.js';
import type { Settings } from './environment.js';
import { Guard } from './guard.js';
import { Channel } from './transport/channel.js';
import type { Gone, Order, ToMain, ToWorker } from './transport/wire.js';

/** Longest wait for a look into the training thread, in milliseconds, besides what an expression may take. */
const JOB_WAIT = 10_000;

/**
 * The conversation with the engine. Opened by the first sign of a training, so that the other Node processes that a
 * command starts (npm, a loader, a child that prepares data) stay silent.
 */
export class Session {
  readonly guard = new Guard((notice) => this.send(notice));
  readonly packages: Record<string, string> = {};
  frameworkVersion = 'unknown';
  private readonly start = performance.now();
  private readonly startedAt = Date.now() / 1000;
  private channel: Channel | undefined;
  private waiting: ProbeLine[] = [];
  private beforeEnd: (() => void)[] = [];
  private ended = false;
  /** Received while something else was waited for. */
  private readonly backlog: (Order | Gone)[] = [];

  constructor(readonly settings: Settings) {}

  /** Seconds since `hello.time`. */
  now(): number {
    return (performance.now() - this.start) / 1000;
  }

  get open(): boolean {
    return this.channel !== undefined;
  }

  /** Connects and says hello, once. */
  begin(): void {
    if (this.channel || this.ended) return;
    this.channel = new Channel(this.settings);
    this.channel.send(this.hello());
    this.waiting.forEach((message) => this.channel?.send(message));
    this.waiting = [];
  }

  send(message: ProbeLine): void {
    if (this.channel) this.channel.send(message);
    else this.waiting.push(message);
  }

  /** Whether the engine said anything that nobody has looked at. */
  get pending(): boolean {
    return this.backlog.length > 0 || (this.channel?.pending ?? false);
  }

  /** What the engine said next. @param timeout milliseconds to wait for it */
  receive(timeout = 0): Order | Gone | undefined {
    const known = this.backlog.shift();
    if (known || !this.channel) return known;
    const message = this.channel.receive(timeout);
    return message?.type === 'armed' || message?.type === 'looked' ? undefined : message;
  }

  /** The answer to a job with this id; what else is said meanwhile is received later. */
  answerTo(id: number): Exclude<ToMain, Order | Gone> | undefined {
    while (this.channel) {
      const message = this.channel.receive(JOB_WAIT);
      if (message?.type === 'armed' || message?.type === 'looked') {
        if (message.id === id) return message;
      } else if (message) this.backlog.push(message);
      if (!message || message.type === 'gone') break;
    }
    return undefined;
  }

  /** Blocks the training thread. @param seconds */
  sleep(seconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
  }

  /** Speaks to the thread that owns the socket. */
  post(message: ToWorker): void {
    this.channel?.post(message);
  }

  /** Registers what still has to be said when the script ends. */
  onEnd(act: () => void): void {
    this.beforeEnd.push(act);
  }

  end(reason: Bye['reason']): void {
    if (!this.channel || this.ended) return;
    this.beforeEnd.forEach((act) => this.guard.run('end of the run', act));
    this.ended = true;
    this.channel.send({ type: 'bye', reason, dropped: this.channel.dropped });
    this.channel.flush();
  }

  private hello(): Hello {
    const [, script = '', ...argv] = process.argv;
    return {
      type: 'hello',
      version: TELEMETRY_VERSION,
      token: this.settings.token,
      framework: 'tfjs',
      frameworkVersion: this.frameworkVersion,
      language: 'node',
      languageVersion: process.versions.node,
      pid: process.pid,
      rank: 0,
      localRank: 0,
      worldSize: 1,
      host: os.hostname(),
      script,
      argv,
      cwd: process.cwd(),
      time: this.startedAt,
      packages: this.packages,
    };
  }
}
