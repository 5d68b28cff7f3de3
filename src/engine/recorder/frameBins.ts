/** Columns of pixels over a range of x, and how a chunk of points gets into them. Pure. */
import type { Axis, SeriesSource } from './frames.js';
import { slicePoints, type Points } from './points.js';
import { addBucket, addValue, emptyBucket, FANOUT, type Bucket, type Buckets } from './pyramid.js';

export class Bins {
  readonly binWidth: number;
  private readonly bins: (Bucket | undefined)[];

  constructor(
    private readonly from: number,
    to: number,
    width: number,
    readonly axis: Axis,
  ) {
    this.binWidth = (to - from) / width;
    this.bins = new Array<Bucket | undefined>(width).fill(undefined);
  }

  addPoints(points: Points): void {
    for (let i = 0; i < points.count; i++) {
      addValue(this.bin(points.step[i] ?? NaN, points.time[i] ?? NaN), points.value[i] ?? NaN);
    }
  }

  addBucket(buckets: Buckets, at: number): void {
    addBucket(this.bin(buckets.step[at] ?? NaN, buckets.time[at] ?? NaN), buckets, at);
  }

  filled(): Bucket[] {
    return this.bins.filter((bucket) => bucket !== undefined);
  }

  private bin(step: number, time: number): Bucket {
    const at = Math.floor((this.axis(step, time) - this.from) / this.binWidth);
    const clamped = at >= 0 ? Math.min(at, this.bins.length - 1) : 0;
    return (this.bins[clamped] ??= emptyBucket(step, time));
  }
}

/** One chunk on its way into bins: each part of it from the coarsest level that is fine enough there. */
export class ChunkFill {
  private level1: Buckets | undefined;
  private points: Points | undefined;

  constructor(
    private readonly source: SeriesSource,
    private readonly chunk: number,
    private readonly end: number,
    private readonly bins: Bins,
  ) {}

  fill(): void {
    const level2 = this.source.level(this.chunk, 2);
    for (let i = 0; i < level2.count; i++) {
      if (this.fits(level2, i)) this.bins.addBucket(level2, i);
      else this.fillFiner(i * FANOUT);
    }
  }

  private fillFiner(from: number): void {
    const level1 = (this.level1 ??= this.source.level(this.chunk, 1));
    for (let i = from; i < from + FANOUT && i < level1.count; i++) {
      if (this.fits(level1, i)) this.bins.addBucket(level1, i);
      else this.fillPoints(i * FANOUT);
    }
  }

  private fillPoints(from: number): void {
    const points = (this.points ??= this.source.chunk(this.chunk));
    this.bins.addPoints(slicePoints(points, from, Math.min(points.count, from + FANOUT)));
  }

  /** Whether a bucket, up to where the next begins, is no wider than a bin. */
  private fits(buckets: Buckets, at: number): boolean {
    const { axis, binWidth } = this.bins;
    const start = axis(buckets.step[at] ?? NaN, buckets.time[at] ?? NaN);
    const next = at + 1;
    const end = next < buckets.count ? axis(buckets.step[next] ?? NaN, buckets.time[next] ?? NaN) : this.end;
    return end - start <= binWidth;
  }
}
