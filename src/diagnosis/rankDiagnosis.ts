/** The checks of all rules over the messages of one rank. */
import { type Gate, type ProbeMessage, SERIES, type Steps } from '../protocol/telemetry.js';
import { type Text, text } from '../protocol/values.js';
import { Facts } from './facts.js';
import { type ActiveRule, Guarded, type Raised, toRaised } from './raising.js';
import type { Check, Observed, RunFacts } from './rule.js';
import { GateView } from './gateView.js';
import { StepCursor } from './stepCursor.js';

type Handler = (message: Observed, facts: RunFacts) => unknown;

const SERIES_NAMES: ReadonlySet<string> = new Set(Object.values(SERIES));

/** Whether a series, or a type of message, that a rule needs has arrived. */
function isThere(need: string, facts: RunFacts): boolean {
  if (facts.series.has(need)) return true;
  return !SERIES_NAMES.has(need) && (facts.heard as ReadonlySet<string>).has(need);
}

export class RankDiagnosis {
  readonly facts: Facts;
  private readonly running: Guarded<Check<unknown>>[];
  private readonly stepping: Guarded<Check<unknown>>[];
  private readonly waiting: Guarded<Check<unknown>>[];

  constructor(rank: number, rules: readonly ActiveRule[]) {
    this.facts = new Facts(rank);
    this.running = rules.map(({ rule, limits }) => new Guarded(rule, rule.check(limits)));
    this.stepping = this.running.filter(({ check }) => check.step);
    this.waiting = this.running.filter(({ check }) => check.gate);
  }

  accept(message: ProbeMessage): Raised[] {
    this.facts.learn(message);
    if (message.type === 'steps') return this.acceptSteps(message);
    return this.running.flatMap((running) =>
      this.raise(running, () => {
        const handler = running.check[message.type] as Handler | undefined;
        return handler?.(message, this.facts);
      }),
    );
  }

  /** A step whose update waits. */
  gate(gate: Gate): Raised[] {
    const view = new GateView(gate);
    return this.waiting.flatMap((running) =>
      this.raise(running, () => running.check.gate?.(view, this.facts)),
    );
  }

  /** Why a rule has not judged this rank's run, null where it has. */
  reasonSkipped(ruleId: string): Text | null {
    const running = this.running.find(({ rule }) => rule.id === ruleId);
    if (!running) return null;
    if (running.failure !== undefined) return text('The check failed: {0}', running.failure);
    const { needs } = running.rule;
    if (needs.length > 0 && !needs.some((need) => isThere(need, this.facts))) {
      return text('Not measured: {0}.', needs.join(', '));
    }
    return running.check.skipped?.(this.facts) ?? null;
  }

  private acceptSteps(message: Steps): Raised[] {
    const cursor = new StepCursor(message);
    const raised: Raised[] = [];
    for (let i = 0; i < cursor.length; i++) {
      cursor.moveTo(i);
      for (const running of this.stepping) {
        raised.push(...this.raise(running, () => running.check.step?.(cursor, this.facts)));
      }
    }
    return raised;
  }

  private raise(running: Guarded<Check<unknown>>, ask: () => unknown): Raised[] {
    return running.raise(() => {
      const evidence = ask();
      return evidence === undefined ? undefined : toRaised(running.rule, evidence, this.facts);
    });
  }
}
