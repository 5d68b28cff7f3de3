import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RunSummary, Stop } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import type { Context } from './context.js';

/** Ranks as threads; thread 1 is rank 0. */
export class Threads {
  private readonly shown = new Set<number>();
  private readonly known = new Set<number>();

  constructor(private readonly context: Context) {}

  list(): DebugProtocol.Thread[] {
    const single = (this.context.summary?.ranks ?? 1) <= 1;
    return [...this.shown]
      .sort((a, b) => a - b)
      .map((rank) => ({
        id: rank + 1,
        name: this.context.translate(single ? text('Training') : text('rank {0}', rank)),
      }));
  }

  /** Ranks that have come. */
  update({ ranks }: RunSummary): void {
    for (let rank = 0; rank < Math.max(1, ranks); rank++) {
      if (!this.known.has(rank)) this.begin(rank);
    }
  }

  /** A rank that is not held with the others has ended; should it come back after all, it is there again. */
  stopped({ ranks }: Stop): void {
    const held = new Set(ranks.map(({ rank }) => rank));
    for (const rank of held) this.begin(rank);
    for (const rank of [...this.shown].filter((one) => !held.has(one))) this.exit(rank);
  }

  end(): void {
    for (const rank of this.shown) this.exit(rank);
    this.known.clear();
  }

  private begin(rank: number): void {
    if (this.shown.has(rank)) return;
    this.shown.add(rank);
    this.known.add(rank);
    this.context.event('thread', { reason: 'started', threadId: rank + 1 });
  }

  private exit(rank: number): void {
    this.shown.delete(rank);
    this.context.event('thread', { reason: 'exited', threadId: rank + 1 });
  }
}
