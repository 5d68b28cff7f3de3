import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { TELEMETRY_VERSION, type Bye, type Hello, type ProbeMessage } from '../../protocol/telemetry.js';
import type { Settings } from './environment.js';
import { Guard } from './guard.js';
import { Channel } from './transport/channel.js';
import { COMMAND, type Command } from './transport/wire.js';

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
  private waiting: ProbeMessage[] = [];
  private beforeEnd: (() => void)[] = [];
  private ended = false;

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
    this.channel = new Channel(this.settings.socket, this.settings.log);
    this.channel.send(this.hello());
    this.waiting.forEach((message) => this.channel?.send(message));
    this.waiting = [];
  }

  send(message: ProbeMessage): void {
    if (this.channel) this.channel.send(message);
    else this.waiting.push(message);
  }

  get command(): Command {
    return this.channel?.command ?? COMMAND.run;
  }

  waitWhilePaused(): void {
    this.channel?.waitWhilePaused();
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
