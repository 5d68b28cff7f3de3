/**
 * What a rule is. A rule is one file that says what it needs, which thresholds it has and where they come from, and
 * turns the stream of steps into evidence; message, explanation and fixes are pure functions of the evidence. Docs,
 * settings and the debugger's filters are generated from the registry.
 */
import type {
  ActivationMeasures,
  Batch,
  ClippingSeen,
  Hello,
  LayersSeen,
  LoaderSeen,
  LossSeen,
  OptimizerSeen,
  OriginSeen,
  ParametersSeen,
  Plan,
  ProbeMessage,
  RuntimeSeen,
  SchedulerCalled,
  SchedulerSeen,
  Steps,
  Validation,
} from '../protocol/telemetry.js';
import type { Severity } from '../protocol/runApi.js';
import type { SourceLine, Text, WireNumber } from '../protocol/values.js';

/** Which construct in the script a finding is about. */
export type Anchor =
  'loss' | 'backward' | 'step' | 'optimizer' | 'scheduler' | 'loader' | 'layer' | 'clipping' | 'validation';

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

/** One optimizer step as rules see it; valid during the call only. */
export interface StepView {
  readonly step: number;
  /** Seconds since the start. */
  readonly time: number;
  readonly epoch: number | undefined;
  /** Names of the series that this stretch of steps measured. */
  readonly series: readonly string[];
  /** A series' value, non-finite ones as they are; undefined where it was not measured at this step. */
  scalar(series: string): number | undefined;
}

/** A series in short. */
export interface SeriesSummary {
  readonly first: number;
  readonly firstStep: number;
  readonly last: number;
  /** Of the finite values; NaN before the first. */
  readonly largest: number;
  readonly smallest: number;
}

/** What is known of one rank's run so far, kept by the diagnosis engine. */
export interface RunFacts {
  readonly rank: number;
  readonly hello: Hello | undefined;
  readonly plan: Plan | undefined;
  readonly runtime: RuntimeSeen | undefined;
  readonly losses: readonly LossSeen[];
  readonly optimizers: readonly OptimizerSeen[];
  readonly schedulers: readonly SchedulerSeen[];
  /** The last word on each scheduler that has been called. */
  readonly schedulerCalls: readonly SchedulerCalled[];
  /** Each call site that clips, as last said. */
  readonly clippings: readonly ClippingSeen[];
  readonly loaders: readonly LoaderSeen[];
  readonly layers: LayersSeen | undefined;
  readonly parameters: ParametersSeen | undefined;
  /** The first batch whose numbers were looked at. */
  readonly firstBatch: Batch | undefined;
  /** As last measured. */
  readonly activations: ActivationMeasures | undefined;
  /** The last pass over validation data. */
  readonly validation: Validation | undefined;
  readonly origin: OriginSeen | undefined;
  /** Series that have had at least one value. */
  readonly series: ReadonlySet<string>;
  /** Types of the messages that have arrived. */
  readonly heard: ReadonlySet<ProbeMessage['type']>;
  /** A series of the steps so far in short; undefined before its first value. */
  summary(series: string): SeriesSummary | undefined;
  /** The line of a construct, that of the loss or the optimizer that a series belongs to where it is given. */
  source(anchor: Anchor, series?: string): SourceLine | null;
}

/** Messages that a check may react to, beside single steps. */
export type Observed = Exclude<ProbeMessage, Steps>;

type Handlers<Evidence> = {
  [M in Observed as M['type']]?: (message: M, facts: RunFacts) => Evidence | undefined;
};

/**
 * What a rule reacts to; each handler returns evidence when it has something to say. Evidence about the same series
 * given again updates the finding in place.
 */
export interface Check<Evidence> extends Handlers<Evidence> {
  step?: (step: StepView, facts: RunFacts) => Evidence | undefined;
  /**
   * The step before its update is applied, while training may be held there. The same step comes again whole, through
   * `step`, so what this sees must not count twice.
   */
  gate?: (step: StepView, facts: RunFacts) => Evidence | undefined;
  /** Why the rule could not judge this run so far, where it could not. */
  skipped?: (facts: RunFacts) => Text | undefined;
}

/** What is known of each rank, by rank. */
export type Ranks = ReadonlyMap<number, RunFacts>;

/** What a comparison of ranks found; `rank` is the one it is about, whose facts `explain` gets. */
export interface RankEvidence<Evidence> {
  rank: number;
  evidence: Evidence;
}

/**
 * What a rule that compares ranks reacts to. There is one for the whole run: it is given the steps and the other
 * messages of every rank, those of one rank in order, those of different ranks as they happen to arrive. Times of a
 * rank count from its own `ranks.get(rank)?.hello?.time`. A rank that has said nothing yet is not in `ranks`; how many
 * there are to be is `hello.worldSize`.
 */
export interface AcrossCheck<Evidence> {
  step?: (rank: number, step: StepView, ranks: Ranks) => RankEvidence<Evidence> | undefined;
  /** Any message that is not `steps`. */
  observe?: (rank: number, message: Observed, ranks: Ranks) => RankEvidence<Evidence> | undefined;
  /** Why the ranks could not be compared so far; a run of a single rank is said by itself. */
  skipped?: (ranks: Ranks) => Text | undefined;
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

export type Category =
  'loss' | 'gradients' | 'weights' | 'optimisation' | 'generalisation' | 'data' | 'resources';

/** Thresholds as configured. */
export type Limits<Thresholds> = { readonly [K in keyof Thresholds]: number };

export interface Rule<Evidence, Thresholds extends Record<string, Threshold> = Record<string, Threshold>> {
  /** Kebab case; settings, docs and suppressions use it. */
  id: string;
  title: Text;
  status: 'preview' | 'stable';
  category: Category;
  /** Severity by default, for settings and docs. */
  severity: Severity;
  /**
   * Series or types of messages (`activations`, `batch` …) it cannot do without; when none of them ever arrives the
   * rule is reported as skipped. A name that is both, `loss`, means the series.
   */
  needs: readonly string[];
  thresholds: Thresholds;
  /** A fresh check for one rank of one run; a rule that only compares ranks has an empty one. */
  check(limits: Limits<Thresholds>): Check<Evidence>;
  /** A fresh comparison of the ranks of one run. */
  across?(limits: Limits<Thresholds>): AcrossCheck<Evidence>;
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
