/**
 * What a rule is. A rule is one file that says what it needs, which thresholds it has and where they come from, and
 * turns the stream of steps into evidence; message, explanation and fixes are pure functions of the evidence. Docs,
 * settings and the debugger's filters are generated from the registry.
 */
import type { LossSeen, NonFiniteSeen, ParameterMeasures, ParametersSeen } from '../protocol/telemetry.js';
import type { Severity } from '../protocol/runApi.js';
import type { SourceLine, Text, WireNumber } from '../protocol/values.js';

/** Which construct in the script a finding is about. */
export type Anchor = 'loss' | 'backward' | 'step' | 'optimizer' | 'scheduler' | 'loader' | 'layer';

export interface Threshold {
  default: number;
  minimum: number;
  maximum: number;
  /** `ratio`, `steps`, `nats`, `1` … */
  unit: string;
  description: string;
  /** Paper, framework or measurement that it comes from. */
  origin: string;
}

/** One optimizer step as rules see it. Absent: not measured at this step. */
export interface StepView {
  step: number;
  time: number;
  epoch: number | undefined;
  /** By series name; non-finite values as they are. */
  scalars: ReadonlyMap<string, number>;
}

/** What is known of the run so far, kept by the diagnosis engine. */
export interface RunFacts {
  rank: number;
  losses: readonly LossSeen[];
  parameters: ParametersSeen | undefined;
  source(anchor: Anchor, series?: string): SourceLine | null;
}

/** What a rule reacts to; each handler returns evidence when it has something to say. */
export interface Check<Evidence> {
  loss?(loss: LossSeen, facts: RunFacts): Evidence | undefined;
  step?(step: StepView, facts: RunFacts): Evidence | undefined;
  parameterMeasures?(measures: ParameterMeasures, facts: RunFacts): Evidence | undefined;
  nonFinite?(seen: NonFiniteSeen, facts: RunFacts): Evidence | undefined;
  /** Why the rule could not judge this run, where it could not; asked when the run ends. */
  skipped?(facts: RunFacts): Text | undefined;
}

export interface Explained {
  severity: Severity;
  step: number;
  message: Text;
  explanation: Text;
  anchor: Anchor;
  series: string | null;
  /** Where the evidence knows the line better than the anchor does. */
  source?: SourceLine;
  fixes: { title: Text; safety: 'safe' | 'suggestion' }[];
  values: Record<string, WireNumber | string>;
}

export interface Rule<Evidence, Thresholds extends Record<string, Threshold> = Record<string, Threshold>> {
  /** Kebab case; settings, docs and suppressions use it. */
  id: string;
  title: Text;
  status: 'preview' | 'stable';
  category: 'loss' | 'gradients' | 'weights' | 'optimisation' | 'generalisation' | 'data' | 'resources';
  /** Series it cannot do without; when none of them ever arrives the rule is reported as skipped. */
  needs: readonly string[];
  thresholds: Thresholds;
  /** A fresh check for one rank of one run. */
  check(limits: { readonly [K in keyof Thresholds]: number }): Check<Evidence>;
  explain(evidence: Evidence, facts: RunFacts): Explained;
  /** Markdown for docs/rules/<id>.md, section by section. */
  docs: { what: string; why: string; how: string; fix: string; wrong: string };
}

/** Gives a rule its types; the registry lists the results. */
export function defineRule<Evidence, Thresholds extends Record<string, Threshold>>(
  rule: Rule<Evidence, Thresholds>,
): Rule<Evidence, Thresholds> {
  return rule;
}
