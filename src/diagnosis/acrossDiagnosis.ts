/** The checks that compare the ranks of a run with each other. */
import type { ProbeMessage, Steps } from '../protocol/telemetry.js';
import { type Text, text } from '../protocol/values.js';
import { type ActiveRule, Guarded, type Raised, toRaised } from './raising.js';
import type { AcrossCheck, RankEvidence, Ranks } from './rule.js';
import { StepCursor } from './stepCursor.js';

type Running = Guarded<AcrossCheck<unknown>>;

export class AcrossDiagnosis {
  private readonly running: Running[];
  private readonly stepping: Running[];

  /** `ranks` is looked at anew at each message, when it holds what that message told. */
  constructor(
    rules: readonly ActiveRule[],
    private readonly ranks: Ranks,
  ) {
    this.running = rules.flatMap(({ rule, limits }) => {
      const check = rule.across?.(limits);
      return check ? [new Guarded(rule, check)] : [];
    });
    this.stepping = this.running.filter(({ check }) => check.step);
  }

  accept(rank: number, message: ProbeMessage): Raised[] {
    if (this.alone(rank)) return [];
    if (message.type === 'steps') return this.acceptSteps(rank, message);
    return this.running.flatMap((running) =>
      this.raise(running, () => running.check.observe?.(rank, message, this.ranks)),
    );
  }

  /** Undefined for a rule that does not compare ranks, null for one that has. */
  reasonSkipped(ruleId: string): Text | null | undefined {
    const running = this.running.find(({ rule }) => rule.id === ruleId);
    if (!running) return undefined;
    if (running.failure !== undefined) return text('The check failed: {0}', running.failure);
    if (this.ranks.size < 2) return text('The run has a single process.');
    if ([...this.ranks.keys()].every((rank) => this.alone(rank))) {
      return text('The processes of the run train by themselves: they are no ranks of one training.');
    }
    return running.check.skipped?.(this.ranks) ?? null;
  }

  /** A process that a script started for a training of its own: no other one has to agree with it. */
  private alone(rank: number): boolean {
    return this.ranks.get(rank)?.hello?.worldSize === 1;
  }

  private acceptSteps(rank: number, message: Steps): Raised[] {
    if (this.stepping.length === 0) return [];
    const cursor = new StepCursor(message);
    const raised: Raised[] = [];
    for (let i = 0; i < cursor.length; i++) {
      cursor.moveTo(i);
      for (const running of this.stepping) {
        raised.push(...this.raise(running, () => running.check.step?.(rank, cursor, this.ranks)));
      }
    }
    return raised;
  }

  private raise(running: Running, ask: () => RankEvidence<unknown> | undefined): Raised[] {
    return running.raise(() => {
      const found = ask();
      const facts = found && this.ranks.get(found.rank);
      return facts && toRaised(running.rule, found.evidence, facts);
    });
  }
}
