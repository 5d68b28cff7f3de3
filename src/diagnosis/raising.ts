/** How what a check returns becomes what the board of findings takes in. */
import type { Explained, Limits, Rule, RunFacts, Threshold } from './rule.js';

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

/** Puts evidence about a rank into words, on the line that it is about. */
export function toRaised(rule: Rule<unknown>, evidence: unknown, facts: RunFacts): Raised {
  const explained = rule.explain(evidence, facts);
  const source = explained.source ?? facts.source(explained.anchor, explained.series ?? undefined);
  return { rule, rank: facts.rank, explained, source };
}

/** One check of a rule: when it throws, a defect of the rule, that check ends, not the diagnosis. */
export class Guarded<C> {
  failure: string | undefined;

  constructor(
    readonly rule: Rule<unknown>,
    readonly check: C,
  ) {}

  /** What `ask` returns, nothing once the check has thrown. */
  raise(ask: () => Raised | undefined): Raised[] {
    if (this.failure !== undefined) return [];
    try {
      const raised = ask();
      return raised ? [raised] : [];
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return [];
    }
  }
}
