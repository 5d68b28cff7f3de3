import type {
  ConsoleChunk,
  Finding,
  RunNotification,
  RunNotifications,
  RunSummary,
  Stop,
} from '../protocol/runApi.js';
import type { Subscriber } from './service.js';

/** Milliseconds between two notifications of a kind: ten a second. */
const INTERVAL = 100;
/** Characters of console that wait to be published, at most. */
const MAX_CONSOLE = 256 * 1024;

/** Gathers what changed and says it to all subscribers, at most ten times a second. */
export class Publisher {
  private readonly subscribers = new Set<Subscriber>();
  private timer: NodeJS.Timeout | null = null;
  private progressed = false;
  private redescribed = false;
  private found = new Map<string, Finding>();
  private console: ConsoleChunk[] = [];
  private consoleLength = 0;

  /** `progressNow` tells what has grown since it was last asked. */
  constructor(private readonly progressNow: () => RunNotifications['progress']) {}

  subscribe(subscriber: Subscriber): { dispose(): void } {
    this.subscribers.add(subscriber);
    return { dispose: () => this.subscribers.delete(subscriber) };
  }

  progress(): void {
    this.progressed = true;
    this.schedule();
  }

  described(): void {
    this.redescribed = true;
    this.schedule();
  }

  findings(findings: readonly Finding[]): void {
    for (const finding of findings) this.found.set(finding.id, finding);
    if (findings.length > 0) this.schedule();
  }

  printed(chunks: readonly ConsoleChunk[]): void {
    for (const chunk of chunks) this.addChunk(chunk);
    this.schedule();
  }

  /** Says all that waits, then that training is held. */
  stopped(stop: Stop): void {
    this.progress();
    this.flush();
    this.emit('stopped', stop);
  }

  /** Says all that waits, then that training goes on. */
  continued(): void {
    this.progress();
    this.flush();
    this.emit('continued', {});
  }

  /** Says all that waits, then that the run is over. */
  ended(summary: RunSummary): void {
    this.progress();
    this.flush();
    this.emit('ended', { summary });
  }

  /** Says all that waits, now. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.redescribed) this.emit('described', {});
    if (this.found.size > 0) this.emit('findings', { findings: [...this.found.values()] });
    if (this.console.length > 0) this.emit('console', this.console);
    if (this.progressed) this.emit('progress', this.progressNow());
    this.found = new Map();
    this.console = [];
    this.consoleLength = 0;
    this.progressed = this.redescribed = false;
  }

  private emit<N extends RunNotification>(notification: N, params: RunNotifications[N]): void {
    for (const subscriber of this.subscribers) subscriber(notification, params);
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => this.flush(), INTERVAL);
  }

  private addChunk(chunk: ConsoleChunk): void {
    const room = MAX_CONSOLE - this.consoleLength;
    const kept = chunk.text.length <= room ? chunk : shorten(chunk, room);
    this.console.push(kept);
    this.consoleLength += kept.text.length;
  }
}

function shorten(chunk: ConsoleChunk, length: number): ConsoleChunk {
  const text = length > 0 ? chunk.text.slice(-length) : '';
  const left = Buffer.byteLength(chunk.text) - Buffer.byteLength(text);
  return { stream: chunk.stream, text, dropped: chunk.dropped + left };
}
