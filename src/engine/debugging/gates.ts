/** The gates at which ranks wait: who goes on, and when all that are to be held are there. */
import type { EngineMessage, GateAction } from '../../protocol/telemetry.js';
import { sortRanks } from './barrier.js';
import { Rank } from './rank.js';

/** Milliseconds that ranks at a gate wait for one that has not come. */
const MEETING = 1000;
/** So often waiting ranks go a step on, where one may be waiting for them in the middle of it. */
const NUDGES = 2;

export interface GateJudge {
  /** Whether training is to be held where this rank stands, whatever it is held for. */
  wants(rank: Rank): boolean;
  /** Whether it is for something seen at this very gate, which must not be let pass. */
  insists(rank: Rank): boolean;
  /** Whether it matters little at which step training is held. */
  anywhere(): boolean;
  /** All that are to come have come, and are to be held. */
  met(ranks: readonly Rank[]): void;
}

export class Gates {
  readonly ranks = new Map<number, Rank>();
  private timer: NodeJS.Timeout | null = null;
  private nudges = 0;

  constructor(
    private readonly send: (rank: number, message: EngineMessage) => void,
    private readonly judge: GateJudge,
  ) {}

  meet(number: number, worldSize: number): void {
    this.ranks.set(number, new Rank(number, worldSize > 1));
  }

  part(number: number): void {
    this.ranks.delete(number);
    this.settle();
  }

  /** By number. */
  get held(): Rank[] {
    const held = [...this.ranks.values()].filter((rank) => rank.held);
    return held.sort((a, b) => a.number - b.number);
  }

  /** Tells those that wait what they can be told by now. */
  settle(): void {
    for (const rank of this.waiting()) {
      if (rank.waits) this.settleWith(rank);
    }
    if (this.waiting().length === 0) this.stopWaiting();
  }

  hold(rank: Rank): void {
    this.tell(rank, 'hold');
    rank.held = true;
  }

  /** Lets ranks leave where they are held. */
  leave(action: GateAction, ranks: readonly Rank[] = this.held): void {
    this.nudges = 0;
    for (const rank of ranks) {
      this.tell(rank, action);
      rank.leave();
      // Where it will be next is not where it has been.
      if (action === 'back' || action === 'forward') rank.step = 0;
    }
  }

  /** Lets all that wait go on, whoever has not come. */
  release(): void {
    this.leave('go', this.waiting());
    this.stopWaiting();
  }

  stopWaiting(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private waiting(): Rank[] {
    return [...this.ranks.values()].filter(({ waits }) => waits);
  }

  private settleWith(rank: Rank): void {
    const all = [...this.ranks.values()];
    const holding = new Set(all.filter((one) => one.waits && this.judge.insists(one)));
    const wanted = all.some((one) => one.waits && this.judge.wants(one));
    // Only updates are waited for together; other gates are often not every rank's.
    if (!wanted && rank.gate?.kind !== 'step') {
      this.go([rank]);
      return;
    }
    const { behind, ready, missing } = sortRanks(rank, all, holding, wanted);
    this.go(behind);
    if (behind.includes(rank)) return;
    if (missing.length > 0) this.wait();
    else this.decide(ready, wanted);
  }

  private decide(ready: readonly Rank[], wanted: boolean): void {
    for (const rank of ready) rank.missed = 0;
    if (!wanted) {
      this.go(ready);
      return;
    }
    this.nudges = 0;
    this.judge.met(ready);
  }

  private go(ranks: readonly Rank[]): void {
    for (const rank of ranks) {
      this.tell(rank, 'go');
      rank.leave();
    }
  }

  private tell(rank: Rank, action: GateAction): void {
    if (rank.gate !== null) this.send(rank.number, { type: 'verdict', gate: rank.gate.gate, action });
  }

  private wait(): void {
    this.timer ??= setTimeout(() => this.giveUp(), MEETING);
  }

  /** One rank may wait in the middle of a step for those that wait here: these go a step on, then it is not waited for. */
  private giveUp(): void {
    this.timer = null;
    const waiting = this.waiting();
    const wanted = waiting.some((rank) => this.judge.wants(rank));
    const free = wanted && this.judge.anywhere() && !waiting.some((rank) => this.judge.insists(rank));
    if (free && this.nudges++ < NUDGES) {
      this.go(waiting);
      return;
    }
    for (const rank of this.ranks.values()) {
      if (rank.gate !== null || !rank.together) continue;
      rank.absent = true;
      rank.missed++;
    }
    this.settle();
  }
}
