/** A series over a range of x in at most so many buckets: the nearest thing to drawing every point. Pure. */
import { Bins, ChunkFill } from './frameBins.js';
import { slicePoints, type Points } from './points.js';
import { addValue, CHUNK, emptyBucket, type Bucket, type Buckets, type Level } from './pyramid.js';

/** A series as frames need it, wherever its points are. */
export interface SeriesSource {
  /** One bucket for each full chunk. */
  readonly index: Buckets;
  /** Points after the last full chunk. */
  readonly open: Points;
  readonly last: { step: number; time: number };
  chunk(at: number): Points;
  level(at: number, level: Level): Buckets;
}

/** x of a point, never falling along a series. */
export type Axis = (step: number, time: number) => number;

export interface Range {
  from?: number | undefined;
  to?: number | undefined;
}

export interface FrameColumns {
  x: Float64Array;
  min: Float32Array;
  max: Float32Array;
  mean: Float32Array;
  nonFinite: Uint32Array;
  /** Most points that one bucket stands for. */
  stride: number;
}

const LARGEST_FLOAT32 = 3.4028234663852886e38;

/**
 * Where at most `width` points are in range they come one by one; else each bucket is a column of pixels, empty ones
 * left out. Within a given range the nearest point on either side is there too, so that lines reach the edges.
 */
export function frameOf(source: SeriesSource, axis: Axis, range: Range, width: number): FrameColumns {
  const view = new View(source, axis, range);
  const buckets = view.fewPoints(width) ?? view.binned(width);
  return toColumns(buckets, axis);
}

/** The chunks of a series that a range touches. The open points count as the last chunk. */
class View {
  private readonly chunks: number;
  private readonly from: number;
  private readonly to: number;
  /** First chunk that may hold a point in range or right before it, and the last one in range. */
  private readonly low: number;
  private readonly high: number;

  constructor(
    private readonly source: SeriesSource,
    private readonly axis: Axis,
    private readonly range: Range,
  ) {
    this.chunks = source.index.count + (source.open.count > 0 ? 1 : 0);
    this.from = range.from ?? this.start(0);
    this.to = range.to ?? axis(source.last.step, source.last.time);
    this.low = range.from === undefined ? 0 : Math.max(0, this.chunksBefore((x) => x < this.from) - 1);
    this.high = range.to === undefined ? this.chunks - 1 : this.chunksBefore((x) => x <= this.to) - 1;
  }

  /** Every point in range as its own bucket, with the neighbours; undefined where they are more than `width`. */
  fewPoints(width: number): Bucket[] | undefined {
    if ((this.high - this.low - 1) * CHUNK > width) return undefined;
    const buckets: Bucket[] = [];
    const before = this.before();
    if (before) buckets.push(before);
    for (let chunk = this.low; chunk <= this.high; chunk++) {
      for (const bucket of singles(this.inRange(this.points(chunk)))) {
        buckets.push(bucket);
        if (buckets.length > width) return undefined;
      }
    }
    const after = this.after();
    if (after) buckets.push(after);
    return buckets.length > width ? undefined : buckets;
  }

  binned(width: number): Bucket[] {
    const edges = [this.before(), this.after()];
    const bins = new Bins(this.from, this.to, Math.max(1, width - edges.filter(Boolean).length), this.axis);
    for (let chunk = this.low; chunk <= this.high; chunk++) this.fill(bins, chunk);
    const [before, after] = width > 2 ? edges : [];
    return [...(before ? [before] : []), ...bins.filled(), ...(after ? [after] : [])];
  }

  /** Takes a chunk into the bins by summaries that are no wider than a bin. */
  private fill(bins: Bins, chunk: number): void {
    const [start, end] = [this.start(chunk), this.end(chunk)];
    const inside = start >= this.from && end <= this.to && chunk < this.source.index.count;
    if (!inside) bins.addPoints(this.inRange(this.points(chunk)));
    else if (end - start <= bins.binWidth) bins.addBucket(this.source.index, chunk);
    else new ChunkFill(this.source, chunk, end, bins).fill();
  }

  private before(): Bucket | undefined {
    if (this.range.from === undefined || this.low >= this.chunks) return undefined;
    const points = this.points(this.low);
    const count = this.lowerBound(points, (x) => x < this.from);
    return count > 0 ? single(points, count - 1) : undefined;
  }

  private after(): Bucket | undefined {
    if (this.range.to === undefined) return undefined;
    for (let chunk = Math.max(0, this.high); chunk <= this.high + 1 && chunk < this.chunks; chunk++) {
      const points = this.points(chunk);
      const count = this.lowerBound(points, (x) => x <= this.to);
      if (count < points.count) return single(points, count);
    }
    return undefined;
  }

  private inRange(points: Points): Points {
    const from = this.range.from === undefined ? 0 : this.lowerBound(points, (x) => x < this.from);
    const to = this.range.to === undefined ? points.count : this.lowerBound(points, (x) => x <= this.to);
    return slicePoints(points, from, Math.max(from, to));
  }

  private points(chunk: number): Points {
    return chunk < this.source.index.count ? this.source.chunk(chunk) : this.source.open;
  }

  /** x of a chunk's first point. */
  private start(chunk: number): number {
    const { index, open } = this.source;
    if (chunk < index.count) return this.axis(index.step[chunk] ?? NaN, index.time[chunk] ?? NaN);
    return this.axis(open.step[0] ?? NaN, open.time[0] ?? NaN);
  }

  private end(chunk: number): number {
    if (chunk + 1 < this.chunks) return this.start(chunk + 1);
    return this.axis(this.source.last.step, this.source.last.time);
  }

  private chunksBefore(test: (x: number) => boolean): number {
    return partition(this.chunks, (chunk) => test(this.start(chunk)));
  }

  private lowerBound(points: Points, test: (x: number) => boolean): number {
    return partition(points.count, (i) => test(this.axis(points.step[i] ?? NaN, points.time[i] ?? NaN)));
  }
}

function single(points: Points, at: number): Bucket {
  const bucket = emptyBucket(points.step[at], points.time[at]);
  addValue(bucket, points.value[at] ?? NaN);
  return bucket;
}

function* singles(points: Points): Generator<Bucket> {
  for (let i = 0; i < points.count; i++) yield single(points, i);
}

/** How many of the first `count` items pass a test that holds up to some item and for none after. */
function partition(count: number, test: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toColumns(buckets: Bucket[], axis: Axis): FrameColumns {
  const float32 = (of: (bucket: Bucket) => number): Float32Array =>
    Float32Array.from(buckets, (bucket) => clampFloat32(of(bucket)));
  return {
    x: Float64Array.from(buckets, (bucket) => axis(bucket.step, bucket.time)),
    min: float32((bucket) => bucket.min),
    max: float32((bucket) => bucket.max),
    mean: float32((bucket) => bucket.mean),
    nonFinite: Uint32Array.from(buckets, (bucket) => bucket.nonFinite),
    stride: buckets.reduce((most, bucket) => Math.max(most, bucket.finite + bucket.nonFinite), 1),
  };
}

/** A finite value stays finite as float32. */
function clampFloat32(value: number): number {
  return Math.max(-LARGEST_FLOAT32, Math.min(LARGEST_FLOAT32, value));
}
