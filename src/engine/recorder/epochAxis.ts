/** Which epoch a step is in, and how far through it: the x axis by epoch. Pure. */

/** Epochs of equal length in a row: `count` of them from `epoch` on, the first beginning at `step`. */
export interface EpochStretch {
  step: number;
  epoch: number;
  count: number;
  /** Steps in each but the last, which may still be going; 0 while there is but one. */
  length: number;
}

/** Bounded by the number of changes in an epoch's length, not by the number of epochs. */
export class EpochAxis {
  private readonly stretches: EpochStretch[] = [];
  /** Epochs before each stretch. */
  private readonly ordinals: number[] = [];
  private stepsPerEpoch: number | undefined;

  /** Puts back what `stretches` gave, in order. */
  static of(stretches: readonly EpochStretch[]): EpochAxis {
    const axis = new EpochAxis();
    for (const stretch of stretches) axis.add({ ...stretch });
    return axis;
  }

  get all(): readonly EpochStretch[] {
    return this.stretches;
  }

  /** Says that `step` is in `epoch`, as steps after it are until said otherwise; true where that is news. */
  begin(step: number, epoch: number): boolean {
    const last = this.stretches.at(-1);
    if (!last) {
      this.add({ step, epoch, count: 1, length: 0 });
      return true;
    }
    const start = lastStart(last);
    if (lastEpoch(last) === epoch || step <= start) return false;
    const next = epoch === lastEpoch(last) + 1;
    if (next && (last.count === 1 || step - start === last.length)) {
      last.length = step - start;
      last.count++;
    } else this.add({ step, epoch, count: 1, length: 0 });
    return true;
  }

  /** Takes the end of an epoch as the beginning of the next, unless steps have said so already. */
  end(epoch: number, step: number): boolean {
    const first = this.stretches.length === 0 && this.begin(0, epoch);
    const last = this.stretches.at(-1);
    return (last !== undefined && lastEpoch(last) <= epoch && this.begin(step, epoch + 1)) || first;
  }

  plan(stepsPerEpoch: number | undefined): void {
    if (stepsPerEpoch !== undefined && stepsPerEpoch > 0) this.stepsPerEpoch = stepsPerEpoch;
  }

  /** The epoch of a step as the script counts it; undefined before any is known. */
  epochOf(step: number): number | undefined {
    const stretch = this.stretches[this.find(step)];
    return stretch && stretch.epoch + epochWithin(stretch, step);
  }

  /**
   * Epochs done at a step, with the part done of the present one. Never falls: where a script counts from 0 again,
   * the count goes on. An epoch that has not ended is measured by the plan, else by the epoch before.
   */
  at(step: number): number {
    const index = this.find(step);
    const stretch = this.stretches[index];
    if (!stretch) return 0;
    const within = epochWithin(stretch, step);
    const start = stretch.step + within * stretch.length;
    const part = (step - start) / this.lengthOf(index, within, start);
    return (this.ordinals[index] ?? 0) + within + Math.min(1, Math.max(0, part));
  }

  private lengthOf(index: number, within: number, start: number): number {
    const stretch = this.stretches[index];
    if (stretch && within < stretch.count - 1) return stretch.length;
    const next = this.stretches[index + 1];
    if (next) return next.step - start;
    const known = [stretch?.length, this.stretches[index - 1]?.length].find((length) => length !== 0);
    return this.stepsPerEpoch ?? known ?? Infinity;
  }

  private add(stretch: EpochStretch): void {
    const previous = this.stretches.at(-1);
    this.ordinals.push(previous ? (this.ordinals.at(-1) ?? 0) + previous.count : stretch.epoch);
    this.stretches.push(stretch);
  }

  /** The stretch that a step falls into; steps before the first belong to it. */
  private find(step: number): number {
    let low = 0;
    let high = this.stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.stretches[middle]?.step ?? Infinity) <= step) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function lastStart(stretch: EpochStretch): number {
  return stretch.step + (stretch.count - 1) * stretch.length;
}

function lastEpoch(stretch: EpochStretch): number {
  return stretch.epoch + stretch.count - 1;
}

function epochWithin(stretch: EpochStretch, step: number): number {
  if (stretch.length === 0) return 0;
  return Math.max(0, Math.min(stretch.count - 1, Math.floor((step - stretch.step) / stretch.length)));
}
