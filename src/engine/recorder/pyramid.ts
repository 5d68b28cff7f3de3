/**
 * Summaries of runs of points, coarser level by level, so that a chart of millions of points reads only thousands.
 * Pure. A full chunk of `CHUNK` points has a bucket for each 16 (level 1), each 256 (level 2) and one for all of
 * it (level 3).
 */
import type { Points } from './points.js';

/** Points in a full chunk. */
export const CHUNK = 4096;
/** Buckets of a level that one bucket of the next stands for. */
export const FANOUT = 16;
/** Levels within a chunk that are stored as blocks; level 3 is the chunk's own row. */
export type Level = 1 | 2;

/** Buckets in columns: x of the first point; least, largest and mean of the finite points (NaN without one). */
export interface Buckets {
  count: number;
  step: Float64Array;
  time: Float64Array;
  min: Float64Array;
  max: Float64Array;
  mean: Float64Array;
  finite: Float64Array;
  nonFinite: Float64Array;
}

export interface Bucket {
  step: number;
  time: number;
  min: number;
  max: number;
  mean: number;
  finite: number;
  nonFinite: number;
}

export interface ChunkPyramid {
  level1: Buckets;
  level2: Buckets;
  whole: Bucket;
}

export function newBuckets(capacity: number): Buckets {
  return bucketsFromColumns(
    0,
    Array.from({ length: 7 }, () => new Float64Array(capacity)),
  );
}

export function bucketColumns(buckets: Buckets): Float64Array[] {
  const { step, time, min, max, mean, finite, nonFinite } = buckets;
  return [step, time, min, max, mean, finite, nonFinite];
}

export function bucketsFromColumns(count: number, columns: readonly Float64Array[]): Buckets {
  const [step, time, min, max, mean, finite, nonFinite] = columns;
  if (!step || !time || !min || !max || !mean || !finite || !nonFinite) {
    throw new Error(`A block of buckets has ${columns.length} columns instead of 7.`);
  }
  return { count, step, time, min, max, mean, finite, nonFinite };
}

/** Adds a bucket at the end; the columns grow. */
export function pushBucket(buckets: Buckets, bucket: Bucket): void {
  if (buckets.count === buckets.step.length) growBuckets(buckets);
  const at = buckets.count;
  buckets.step[at] = bucket.step;
  buckets.time[at] = bucket.time;
  buckets.min[at] = bucket.min;
  buckets.max[at] = bucket.max;
  buckets.mean[at] = bucket.mean;
  buckets.finite[at] = bucket.finite;
  buckets.nonFinite[at] = bucket.nonFinite;
  buckets.count = at + 1;
}

/** All levels over a chunk's points. */
export function summarizeChunk(points: Points): ChunkPyramid {
  const level1 = newBuckets(Math.ceil(points.count / FANOUT));
  for (let from = 0; from < points.count; from += FANOUT) {
    pushBucket(level1, summarizePoints(points, from, Math.min(points.count, from + FANOUT)));
  }
  const level2 = newBuckets(Math.ceil(level1.count / FANOUT));
  for (let from = 0; from < level1.count; from += FANOUT) {
    pushBucket(level2, mergeBuckets(level1, from, Math.min(level1.count, from + FANOUT)));
  }
  return { level1, level2, whole: mergeBuckets(level2, 0, level2.count) };
}

function summarizePoints(points: Points, from: number, to: number): Bucket {
  const bucket = emptyBucket(points.step[from], points.time[from]);
  for (let i = from; i < to; i++) addValue(bucket, points.value[i] ?? NaN);
  return bucket;
}

function mergeBuckets(buckets: Buckets, from: number, to: number): Bucket {
  const merged = emptyBucket(buckets.step[from], buckets.time[from]);
  for (let i = from; i < to; i++) addBucket(merged, buckets, i);
  return merged;
}

export function emptyBucket(step = NaN, time = NaN): Bucket {
  return { step, time, min: NaN, max: NaN, mean: NaN, finite: 0, nonFinite: 0 };
}

/** Takes one more point into a bucket. */
export function addValue(bucket: Bucket, value: number): void {
  if (!Number.isFinite(value)) {
    bucket.nonFinite++;
    return;
  }
  addFinite(bucket, value, value, value, 1);
}

/** Takes one bucket of a finer level into a coarser one. */
export function addBucket(bucket: Bucket, finer: Buckets, at: number): void {
  bucket.nonFinite += finer.nonFinite[at] ?? 0;
  const finite = finer.finite[at] ?? 0;
  if (finite > 0)
    addFinite(bucket, finer.min[at] ?? NaN, finer.max[at] ?? NaN, finer.mean[at] ?? NaN, finite);
}

/** The mean is weighted by shares, not summed, so that values near the largest float do not overflow. */
function addFinite(bucket: Bucket, min: number, max: number, mean: number, count: number): void {
  const total = bucket.finite + count;
  if (bucket.finite === 0) {
    bucket.min = min;
    bucket.max = max;
    bucket.mean = mean;
  } else {
    if (min < bucket.min) bucket.min = min;
    if (max > bucket.max) bucket.max = max;
    bucket.mean = bucket.mean * (bucket.finite / total) + mean * (count / total);
  }
  bucket.finite = total;
}

function growBuckets(buckets: Buckets): void {
  const capacity = Math.max(16, buckets.step.length * 2);
  const wider = bucketColumns(buckets).map((column) => {
    const longer = new Float64Array(capacity);
    longer.set(column);
    return longer;
  });
  Object.assign(buckets, bucketsFromColumns(buckets.count, wider));
}
