import type { RunStatus } from '../protocol/runApi.js';
import type { ProbeMessage } from '../protocol/telemetry.js';
import type { Outcome } from './outcome.js';

/** Where a run is between its start and its end. */
export class Lifecycle {
  /** Seconds since 1970. */
  readonly startedAt = Date.now() / 1000;
  over: (Outcome & { endedAt: number }) | null = null;
  private readonly met = new Set<number>();

  constructor(
    private readonly stopRequested: () => boolean,
    private readonly held: () => boolean,
  ) {}

  hear(rank: number, message: ProbeMessage): void {
    if (message.type === 'hello') this.met.add(rank);
  }

  end(outcome: Outcome): void {
    this.over = { ...outcome, endedAt: Date.now() / 1000 };
  }

  get status(): RunStatus {
    if (this.over !== null) return this.over.status;
    if (this.stopRequested()) return 'stopping';
    if (this.held()) return 'paused';
    return this.met.size === 0 ? 'starting' : 'running';
  }
}
