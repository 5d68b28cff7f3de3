/** Median of the last values, kept sorted: adding one costs a search and a shift. */
export class SlidingMedian {
  private readonly recent: number[] = [];
  private readonly sorted: number[] = [];

  constructor(private readonly window: number) {}

  add(value: number): void {
    this.recent.push(value);
    this.sorted.splice(this.positionOf(value), 0, value);
    if (this.recent.length <= this.window) return;
    const oldest = this.recent.shift();
    if (oldest !== undefined) this.sorted.splice(this.positionOf(oldest), 1);
  }

  /** The lower of the two middle values where their number is even; undefined before the first value. */
  get median(): number | undefined {
    return this.sorted[(this.sorted.length - 1) >> 1];
  }

  /** Index of the first value that is not smaller. */
  private positionOf(value: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
