/** A gradient norm that surges far above what it used to be, and what follows from it. */
import { SERIES } from '../protocol/telemetry.js';
import { optimizerOf } from './facts.js';
import { isAdversarial } from './parameterTable.js';
import type { RunFacts, StepView } from './rule.js';
import { SlidingMedian } from './slidingMedian.js';

/** A surge that had a consequence. */
export interface Explosion {
  series: string;
  /** First step at which the gradient was out of range. */
  step: number;
  /** Median of the steps before, undefined before the first. */
  usual: number | undefined;
  peak: number;
  /** Norm of the update over norm of the weights, where that alone was out of range. */
  leap: number | undefined;
  consequence: { step: number; loss: number };
  firstLoss: number | undefined;
  learningRate: number | undefined;
}

/** A stretch of steps in which the gradient is far above what it used to be. */
interface Surge {
  step: number;
  usual: number | undefined;
  peak: number;
  leap: number | undefined;
  /** Last step at which the consequence may show. */
  until: number;
  /** Steps in a row with a loss far above the first. */
  bad: number;
}

/** Thresholds of the rule; its declaration says what each is. */
export interface SurgeLimits {
  readonly factor: number;
  readonly runawayFactor: number;
  readonly lossFactor: number;
  readonly badSteps: number;
  readonly window: number;
  readonly updateLimit: number;
  readonly patience: number;
}

/** Steps after an update until its effect is in the loss, one to spare. */
const NEXT_FORWARD_PASS = 2;

/** Follows one gradient norm and the loss that it comes from. */
export class SurgeTrack {
  private readonly norms: SlidingMedian;
  private surge: Surge | undefined;
  private firstLoss: number | undefined;

  constructor(
    private readonly series: string,
    private readonly limits: SurgeLimits,
  ) {
    this.norms = new SlidingMedian(limits.window);
  }

  follow(step: StepView, facts: RunFacts): Explosion | undefined {
    const loss = step.scalar(lossOf(this.series, facts));
    if (loss !== undefined && Number.isFinite(loss)) this.firstLoss ??= loss;
    const norm = step.scalar(this.series);
    if (norm !== undefined && Number.isFinite(norm)) this.watch(norm, step);
    if (this.surge && step.step > this.surge.until) this.surge = undefined;
    return this.surge && this.consequence(this.surge, loss ?? norm, step, facts);
  }

  /** What `follow` will say of a step whose update waits, as far as can be told before. */
  foresee(step: StepView, facts: RunFacts): Explosion | undefined {
    if (!this.surge || step.step > this.surge.until) return undefined;
    const loss = step.scalar(lossOf(this.series, facts)) ?? step.scalar(this.series);
    return this.consequence({ ...this.surge }, loss, step, facts);
  }

  private watch(norm: number, step: StepView): void {
    const usual = this.norms.median;
    this.norms.add(norm);
    if (usual !== undefined && usual > 0 && norm >= this.limits.factor * usual) {
      // A rise says more than the single large update it may have begun with.
      if (this.surge?.leap !== undefined) this.surge = undefined;
      this.extend({ usual, peak: norm, leap: undefined }, step.step, this.limits.patience);
      return;
    }
    const leap = step.scalar(this.series.replace(SERIES.gradNorm, SERIES.updateRatio));
    if (leap === undefined || !Number.isFinite(leap) || leap < this.limits.updateLimit) return;
    if (!this.surge) this.extend({ usual, peak: norm, leap }, step.step, NEXT_FORWARD_PASS);
  }

  private extend(found: Pick<Surge, 'usual' | 'peak' | 'leap'>, step: number, patience: number): void {
    this.surge ??= { ...found, step, until: step, bad: 0 };
    this.surge.peak = Math.max(this.surge.peak, found.peak);
    this.surge.until = step + patience;
  }

  private consequence(
    surge: Surge,
    loss: number | undefined,
    step: StepView,
    facts: RunFacts,
  ): Explosion | undefined {
    if (loss === undefined) return undefined;
    if (!Number.isFinite(loss)) return this.explosion(surge, loss, step);
    if (isBounded(step) || isAdversarial(facts) || !this.isBad(loss)) {
      surge.bad = 0;
      return undefined;
    }
    surge.bad++;
    const runaway = surge.usual !== undefined && surge.peak >= this.limits.runawayFactor * surge.usual;
    return runaway && surge.bad >= this.limits.badSteps ? this.explosion(surge, loss, step) : undefined;
  }

  private isBad(loss: number): boolean {
    return (
      this.firstLoss !== undefined && this.firstLoss > 0 && loss >= this.limits.lossFactor * this.firstLoss
    );
  }

  private explosion({ step, usual, peak, leap }: Surge, loss: number, now: StepView): Explosion {
    const optimizer = optimizerOf(this.series);
    const group = optimizer === 0 ? '0' : `${optimizer}.0`;
    return {
      series: this.series,
      step,
      usual,
      peak,
      leap,
      consequence: { step: now.step, loss },
      firstLoss: this.firstLoss,
      learningRate: now.scalar(`${SERIES.learningRate}/${group}`),
    };
  }
}

function lossOf(series: string, facts: RunFacts): string {
  const own = facts.losses.find(({ optimizer }) => optimizer === optimizerOf(series));
  return own?.series ?? facts.losses[0]?.series ?? SERIES.loss;
}

/** Clipped updates cannot run away, whatever the norm was before. */
function isBounded(step: StepView): boolean {
  const clip = step.scalar(SERIES.clipNorm);
  return clip !== undefined && Number.isFinite(clip);
}
