/** Whether a run has learned anything, judged towards its end: a plateau may end, a finished run has not moved. */
import { type Bye, type Labels, type LossSeen, SERIES } from '../protocol/telemetry.js';
import { constantLevel, type ConstantLevel } from './constantLevel.js';
import { History, type Part } from './history.js';
import { hasSeveralObjectives, isElementwise, oneHotClasses } from './lossFacts.js';
import type { RunFacts, StepView } from './rule.js';
import { SameBatches } from './sameBatches.js';
import { isContrastive } from './untrained.js';

export interface LearningLimits {
  /** Steps before anything is said. */
  readonly steps: number;
  /** Share of the planned steps after which the run is judged. */
  readonly share: number;
  /** Share of its own level by which a loss must have come below it. */
  readonly progress: number;
}

export interface Stuck {
  series: string;
  step: number;
  /** Mean loss of the last quarter. */
  loss: number;
  /** Mean loss of the first tenth. */
  start: number;
  /** Loss of the best constant prediction. */
  level: number;
}

/** As far as a mean may be from the truth, in standard errors. */
const SURE = 2;
const VERY_SURE = 3;
/** Steps from one look to the next at a run that cannot get anywhere. */
const LOOK = 20;
/** All updates of a run together, over the norm of the weights, by which they hardly move: as in learning-rate-too-low. */
const SHORT_PATH = 0.01;
/** Progress that noise may hide, as a multiple of the progress that is asked for. */
const HIDDEN = 3;

/**
 * Whether all planned steps, each as large as the largest so far, would hardly move the weights. A warm-up may do, and
 * an embedding is hardly moved by any step, for most of its rows are not looked up.
 */
function isHopeless(facts: RunFacts, totalSteps: number): boolean {
  const rate = facts.summary(`${SERIES.learningRate}/0`);
  const mayRise = facts.schedulers.length > 0 || (rate !== undefined && rate.largest > rate.first);
  const isSparse = facts.layers?.layers.some(({ kind }) => /embedding/i.test(kind)) ?? false;
  return !mayRise && !isSparse && hardlyMoves(facts, totalSteps);
}

/** Whether so many steps, each as large as the largest so far, move the weights by less than a hundredth. */
function hardlyMoves(facts: RunFacts, steps: number): boolean {
  return (facts.summary(SERIES.updateRatio)?.largest ?? NaN) * steps < SHORT_PATH;
}

export class LearningWatch {
  private readonly history = new History();
  private seen: LossSeen | undefined;
  private losses = 0;
  private counts: number[] = [];
  private readonly batches = new SameBatches();
  private latest = -1;

  constructor(private readonly limits: LearningLimits) {}

  readonly loss = (loss: LossSeen): void => {
    if (this.seen?.id !== loss.id) this.losses++;
    if (!this.seen || this.seen.id === loss.id) this.seen = loss;
  };

  readonly labels = ({ counts }: Labels): void => {
    const longer = Math.max(counts.length, this.counts.length);
    this.counts = Array.from({ length: longer }, (_, i) => (this.counts[i] ?? 0) + (counts[i] ?? 0));
  };

  /** Evidence once, when enough of the plan is done. */
  step(step: StepView, facts: RunFacts): Stuck | undefined {
    this.take(step);
    const { totalSteps, epochs } = facts.plan ?? {};
    if (totalSteps === undefined || epochs === undefined) return undefined;
    const due = Math.max(Math.ceil(this.limits.share * totalSteps), this.limits.steps);
    const done = step.step + 1;
    const looked = done < due && done >= this.limits.steps && done % LOOK === 0;
    return done === due || (looked && isHopeless(facts, totalSteps)) ? this.verdict(facts) : undefined;
  }

  bye(_bye: Bye, facts: RunFacts): Stuck | undefined {
    return this.verdict(facts);
  }

  /** True when every batch so far was the same. */
  get isFullBatch(): boolean {
    return this.batches.areSure;
  }

  get taken(): number {
    return this.history.length;
  }

  verdict(facts: RunFacts): Stuck | undefined {
    const level = this.level(facts);
    if (!this.seen || !level || this.history.length < this.limits.steps) return undefined;
    const start = this.history.part(0, 0.1);
    const before = this.history.part(0.5, 0.75);
    const tail = this.history.part(0.75, 1);
    if (!Number.isFinite(tail.mean) || !this.hasStayed(start, before, tail, level)) return undefined;
    if (this.hasLearnedEarly(facts, tail, level)) return undefined;
    const { series } = this.seen;
    return { series, step: this.latest, loss: tail.mean, start: start.mean, level: level.level };
  }

  /** The level of a loss that means something by itself; null for others. */
  level(facts: RunFacts): ConstantLevel | null {
    const { seen } = this;
    if (!seen || this.losses > 1 || hasSeveralObjectives(facts) || isContrastive(seen)) return null;
    if (isElementwise(seen) && !this.hasFixedTargets(facts)) return null;
    return constantLevel(seen, this.counts.length > 0 ? this.counts : undefined, this.isFullBatch);
  }

  /** Targets that the model computes itself, as in reinforcement learning, move with it; zeros and ones do not. */
  private hasFixedTargets(facts: RunFacts): boolean {
    const loaded = facts.loaders.some(({ role }) => role === 'train');
    const oneHot = this.seen !== undefined && oneHotClasses(this.seen) > 0;
    return this.isFullBatch || loaded || oneHot || facts.hello?.framework === 'tfjs';
  }

  private take(step: StepView): void {
    this.latest = step.step;
    const value = this.seen && step.scalar(this.seen.series);
    if (value !== undefined) this.history.add(value);
    this.batches.take(step);
  }

  private hasStayed(start: Part, before: Part, tail: Part, { level, high }: ConstantLevel): boolean {
    const { progress } = this.limits;
    const limit = (1 - progress) * high;
    // Far above, where it jumps about, it is enough that it does not fall.
    if (tail.mean - VERY_SURE * tail.error > high) return !this.falls(before, tail, level);
    if (!this.isStill(before, tail, level)) return false;
    if (tail.mean > limit && tail.error < progress * high) return true;
    const low = (1 - HIDDEN * progress) * level;
    return tail.mean > low && this.isStill(start, tail, Math.max(start.mean, level));
  }

  /** Surely below the level: within the first tenth, unless the weights hardly moved and happened to begin there. */
  private hasLearnedEarly(facts: RunFacts, tail: Part, { level }: ConstantLevel): boolean {
    const isBelow = tail.mean + SURE * tail.error < (1 - this.limits.progress) * level;
    return isBelow && !hardlyMoves(facts, this.history.length);
  }

  private falls(before: Part, after: Part, unit: number): boolean {
    const error = Math.hypot(before.error, after.error);
    return before.mean - after.mean >= Math.max(this.limits.progress * unit, SURE * error);
  }

  /** Not lower than before by more than noise explains, and not by much more than noise can hide. */
  private isStill(before: Part, after: Part, unit: number): boolean {
    const error = Math.hypot(before.error, after.error);
    const most = before.mean - after.mean + SURE * error;
    return !this.falls(before, after, unit) && most < HIDDEN * this.limits.progress * unit;
  }
}
