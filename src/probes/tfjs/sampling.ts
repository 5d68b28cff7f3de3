/** Steps at the start that are measured but not believed: compilers and caches warm up. */
const WARM_UP = 5;
const MAX_INTERVAL = 200;
const SMOOTHING = 0.2;

/** 1, 2, 3, 4, 6, 8, 12, 16, 24 …: two of every doubling, a number too small to cost anything. */
export function isMilestone(step: number): boolean {
  const base = step % 3 === 0 ? step / 3 : step;
  return step > 0 && (base & (base - 1)) === 0;
}

/**
 * Decides on which steps an expensive measure is taken, so that on average it costs a fixed share of step time;
 * at a few milestones it is taken in any case, so that a training of a few hundred fast steps is seen as well.
 */
export class Sampler {
  private cost: number | undefined;
  private step: number | undefined;
  private seen = 0;
  private sinceMeasured = 0;

  /** @param budget share of step time that the measure may cost; without limit it is taken at every step */
  constructor(private readonly budget: number) {}

  /** Steps from one measure to the next. */
  get interval(): number {
    if (this.cost === undefined || this.step === undefined || this.budget === Infinity) return 1;
    return Math.max(1, Math.min(MAX_INTERVAL, Math.ceil(this.cost / (this.budget * this.step))));
  }

  /** Whether the step that begins is to be measured. */
  due(): boolean {
    const turn = this.sinceMeasured + 1 >= this.interval;
    return this.seen < WARM_UP || turn || isMilestone(this.seen + 1);
  }

  /**
   * Takes note of a step that ended.
   * @param seconds without what measuring cost
   * @param cost of measuring, in seconds; undefined when the step was not measured
   */
  stepped(seconds: number, cost: number | undefined): void {
    this.sinceMeasured = cost === undefined ? this.sinceMeasured + 1 : 0;
    if (++this.seen <= WARM_UP) return;
    this.step = smooth(this.step, seconds);
    if (cost !== undefined) this.cost = smooth(this.cost, cost);
  }
}

function smooth(average: number | undefined, value: number): number {
  return average === undefined ? value : average + SMOOTHING * (value - average);
}
