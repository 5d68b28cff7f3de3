/** Validation losses over a run, with the training loss between them, and what can be told from them despite noise. */
import { SERIES, type Validation } from '../protocol/telemetry.js';
import { fromWire } from '../protocol/values.js';
import { SlidingMedian } from './slidingMedian.js';

interface Point {
  step: number;
  loss: number;
  /** Share of right predictions, NaN where it is not known. */
  accuracy: number;
  /** Mean training loss since the validation before, NaN without. */
  training: number;
}

/** Validations whose mean stands for where the loss is now. */
const RECENT = 3;
/** Median absolute deviation to standard deviation, for normal noise. */
const MAD = 1.4826;

export interface Decline {
  best: Point;
  /** Loss about the best one: a single low value may be chance, so its neighbours have a say. */
  level: number;
  /** Mean of the last three. */
  recent: Point;
  last: Point;
  /** Validations since the best one. */
  since: number;
  /** Of all. */
  count: number;
  /** First validation after the best from which all are above it by more than the noise. */
  onset: Point;
  /** Standard deviation of the noise of one validation. */
  noise: number;
}

export class ValidationCurve {
  private readonly points: Point[] = [];
  private best = 0;
  /** Second differences: a trend, however steep, leaves them alone. */
  private readonly bends = new SlidingMedian(1000);

  get length(): number {
    return this.points.length;
  }

  get start(): number {
    return this.points[0]?.loss ?? NaN;
  }

  add(point: Point): void {
    this.points.push(point);
    const [a, b, c] = this.points.slice(-3).map(({ loss }) => loss);
    if (a !== undefined && b !== undefined && c !== undefined) this.bends.add(Math.abs(a - 2 * b + c));
    if (point.loss < (this.points[this.best]?.loss ?? Infinity)) this.best = this.points.length - 1;
  }

  /** Where the loss is, compared with its best; undefined before five validations, or with the best among the last three. */
  decline(): Decline | undefined {
    const { points } = this;
    const best = points[this.best];
    const last = points.at(-1);
    const since = points.length - 1 - this.best;
    if (!best || !last || points.length < RECENT + 2 || since < RECENT) return undefined;
    // Var(a - 2b + c) is six times the variance of each.
    const noise = (MAD * (this.bends.median ?? 0)) / Math.sqrt(6);
    const after = points.slice(this.best + 1);
    const lastBelow = after.findLastIndex(({ loss }) => loss <= best.loss + 2 * noise);
    const onset = after[lastBelow + 1] ?? last;
    return {
      best,
      level: this.level(),
      recent: averageOf(points.slice(-RECENT)),
      last,
      since,
      count: points.length,
      onset,
      noise,
    };
  }

  /** The lower median of the best value and its neighbours. */
  private level(): number {
    const near = this.points.slice(Math.max(0, this.best - 1), this.best + 2).map(({ loss }) => loss);
    return near.sort((a, b) => a - b)[(near.length - 1) >> 1] ?? NaN;
  }
}

function averageOf(points: readonly Point[]): Point {
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  return {
    step: points.at(-1)?.step ?? 0,
    loss: mean(({ loss }) => loss),
    accuracy: mean(({ accuracy }) => accuracy),
    training: mean(({ training }) => training),
  };
}

/** Curves of a run: passes of different size, or from different lines, are over different data. */
export class ValidationCurves {
  private readonly curves = new Map<string, ValidationCurve>();
  private sum = 0;
  private count = 0;

  /** Takes in the training loss of a step. */
  train(loss: number | undefined): void {
    if (loss === undefined || !Number.isFinite(loss)) return;
    this.sum += loss;
    this.count++;
  }

  /** Takes in a pass; undefined where it measured no finite loss. */
  validate(pass: Validation): ValidationCurve | undefined {
    const loss = fromWire(pass.scalars[SERIES.validationLoss] ?? NaN);
    if (!Number.isFinite(loss)) return undefined;
    const key = `${pass.source?.file}:${pass.source?.line}:${pass.batches}`;
    const curve = this.curves.get(key) ?? new ValidationCurve();
    this.curves.set(key, curve);
    const accuracy = fromWire(pass.scalars[SERIES.validationAccuracy] ?? NaN);
    curve.add({ step: pass.step, loss, accuracy, training: this.sum / this.count });
    this.sum = 0;
    this.count = 0;
    return curve;
  }
}
