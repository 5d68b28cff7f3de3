/** Whether the loss has fallen since training began. */
import { SERIES } from '../protocol/telemetry.js';
import { isAdversarial } from './parameterTable.js';
import type { RunFacts, StepView } from './rule.js';
import { guessingLoss } from './untrainedLoss.js';

/** Values at either end that are compared. */
const ENDS = 10;
/** A fall below this share of the start is no learning, however little noise there is. */
const LEAST_FALL = 0.02;
/** Standard errors of the difference that noise alone may make. */
const STANDARD_ERRORS = 2;
/** Share of the loss of guessing above which nothing has been learned of the inputs. */
const GUESSING = 0.95;

interface Average {
  mean: number;
  /** Squared standard error. */
  error: number;
}

function average(values: readonly number[]): Average {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: squares / Math.max(1, values.length - 1) / values.length };
}

/** Follows the first loss by its first and its last values. */
export class LossTrend {
  private readonly first: number[] = [];
  private readonly last: number[] = [];
  private seen = 0;
  private unclear = false;
  private guess: number | undefined;

  add(step: StepView, facts: RunFacts): void {
    const value = step.scalar(facts.losses[0]?.series ?? SERIES.loss);
    this.unclear = isAdversarial(facts);
    const [loss] = facts.losses;
    this.guess ??= loss?.pure ? guessingLoss(loss) : undefined;
    if (value === undefined) return;
    this.seen++;
    if (!Number.isFinite(value)) return;
    if (this.first.length < ENDS) this.first.push(value);
    this.last.push(value);
    if (this.last.length > ENDS) this.last.shift();
  }

  /** Losses seen so far, finite or not. */
  get steps(): number {
    return this.seen;
  }

  /** Whether it is the only loss, and no other one works against it. */
  get isAlone(): boolean {
    return !this.unclear;
  }

  /** Mean of the first values. */
  get start(): number {
    return average(this.first).mean;
  }

  /** Mean of the last values. */
  get now(): number {
    return average(this.last).mean;
  }

  /** True when after at least so many steps the loss is about where it began, or above. */
  stalled(steps: number): boolean {
    return !this.unclear && this.seen >= Math.max(steps, 2 * ENDS) && !this.fallen();
  }

  /** True when after at least so many steps the loss is no better than that of guessing, wherever it began. */
  guessing(steps: number): boolean {
    const enough = !this.unclear && this.seen >= Math.max(steps, 2 * ENDS);
    return enough && this.guess !== undefined && this.now > GUESSING * this.guess;
  }

  private fallen(): boolean {
    const start = average(this.first);
    const now = average(this.last);
    const fall = start.mean - now.mean;
    const noise = STANDARD_ERRORS * Math.sqrt(start.error + now.error);
    return fall > LEAST_FALL * Math.abs(start.mean) && fall > noise;
  }
}
