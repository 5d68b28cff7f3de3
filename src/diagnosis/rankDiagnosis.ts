/** The checks of all rules over the messages of one rank. */
import type { ProbeMessage, Steps } from '../protocol/telemetry.js';
import { type Text, text } from '../protocol/values.js';
import { Facts } from './facts.js';
import type { Limits, Check, Explained, Observed, Rule, Threshold } from './rule.js';
import { StepCursor } from './stepCursor.js';

/** A rule that is switched on, with its thresholds as configured. */
export interface ActiveRule {
  rule: Rule<unknown>;
  limits: Limits<Record<string, Threshold>>;
}

/** A rule spoke up. */
export interface Raised {
  rule: Rule<unknown>;
  rank: number;
  explained: Explained;
  source: Explained['source'] | null;
}

interface Running {
  rule: Rule<unknown>;
  check: Check<unknown>;
  /** Set when the check threw: a defect of the rule ends that rule, not the diagnosis. */
  failure?: string;
}

type Handler = (message: Observed, facts: Facts) => unknown;

export class RankDiagnosis {
  private readonly facts: Facts;
  private readonly running: Running[];

  constructor(rank: number, rules: readonly ActiveRule[]) {
    this.facts = new Facts(rank);
    this.running = rules.map(({ rule, limits }) => ({ rule, check: rule.check(limits) }));
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

  /** Why a rule has not judged this rank's run, null where it has. */
  reasonSkipped(ruleId: string): Text | null {
    const running = this.running.find(({ rule }) => rule.id === ruleId);
    if (!running) return null;
    if (running.failure !== undefined) return text('The check failed: {0}', running.failure);
    const { needs } = running.rule;
    if (needs.length > 0 && !needs.some((name) => this.facts.series.has(name))) {
      return text('Not measured: {0}.', needs.join(', '));
    }
    return running.check.skipped?.(this.facts) ?? null;
  }

  private acceptSteps(message: Steps): Raised[] {
    const cursor = new StepCursor(message);
    const stepping = this.running.filter(({ check }) => check.step);
    const raised: Raised[] = [];
    for (let i = 0; i < cursor.length; i++) {
      cursor.moveTo(i);
      for (const running of stepping) {
        raised.push(...this.raise(running, () => running.check.step?.(cursor, this.facts)));
      }
    }
    return raised;
  }

  private raise(running: Running, ask: () => unknown): Raised[] {
    if (running.failure !== undefined) return [];
    try {
      const evidence = ask();
      if (evidence === undefined) return [];
      const explained = running.rule.explain(evidence, this.facts);
      const source = explained.source ?? this.facts.source(explained.anchor, explained.series ?? undefined);
      return [{ rule: running.rule, rank: this.facts.rank, explained, source }];
    } catch (error) {
      running.failure = error instanceof Error ? error.message : String(error);
      return [];
    }
  }
}
