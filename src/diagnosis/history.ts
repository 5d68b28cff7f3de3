/** A series in a bounded number of buckets, each as wide as the others, for statistics over parts of a run. */

/** Most buckets that are kept; at this number two become one each. */
const MOST = 128;

interface Bucket {
  count: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
}

export interface Part {
  count: number;
  mean: number;
  deviation: number;
  /** Standard error of the mean, for values that are independent of one another. */
  error: number;
}

/** Two samples as one (Chan, Golub and LeVeque, 1979). */
function join(a: Bucket, b: Bucket): Bucket {
  const count = a.count + b.count;
  if (count === 0) return { count: 0, mean: 0, squares: 0 };
  const difference = b.mean - a.mean;
  const mean = a.mean + (difference * b.count) / count;
  return { count, mean, squares: a.squares + b.squares + (difference ** 2 * a.count * b.count) / count };
}

const EMPTY: Bucket = { count: 0, mean: 0, squares: 0 };

export class History {
  private buckets: Bucket[] = [];
  private width = 1;
  private size = 0;

  get length(): number {
    return this.size;
  }

  add(value: number): void {
    this.size++;
    const one = { count: 1, mean: value, squares: 0 };
    const last = this.buckets.at(-1);
    if (last && last.count < this.width) {
      this.buckets[this.buckets.length - 1] = join(last, one);
      return;
    }
    if (this.buckets.length === MOST) this.halve();
    this.buckets.push(one);
  }

  /** Statistics from one share of the series to another: `part(0.75, 1)` is the last quarter. */
  part(from: number, to: number): Part {
    const count = this.buckets.length;
    const first = Math.min(count - 1, Math.floor(from * count));
    const {
      count: n,
      mean,
      squares,
    } = this.buckets.slice(first, Math.max(first + 1, Math.ceil(to * count))).reduce(join, EMPTY);
    const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
    return { count: n, mean, deviation, error: n > 0 ? deviation / Math.sqrt(n) : Infinity };
  }

  private halve(): void {
    const pairs = Array.from({ length: MOST / 2 }, (_, i) => this.buckets.slice(2 * i, 2 * i + 2));
    this.buckets = pairs.map((pair) => pair.reduce(join, EMPTY));
    this.width *= 2;
  }
}
