/** One series while it is recorded: what is not yet on disk is in memory, and reads as if it were. */
import type { SeriesSource } from './frames.js';
import { newPoints, pushPoint, type Points } from './points.js';
import {
  CHUNK,
  newBuckets,
  pushBucket,
  summarizeChunk,
  type Buckets,
  type ChunkPyramid,
  type Level,
} from './pyramid.js';
import { countPoint, newStats, type SeriesIdentity, type SeriesStats } from './series.js';

/** A full chunk that waits to be written. */
export interface SealedChunk {
  at: number;
  points: Points;
  pyramid: ChunkPyramid;
}

/** Where written chunks are. */
export interface ChunkStore {
  points(series: number, chunk: number): Points;
  level(series: number, level: Level, chunk: number): Buckets;
}

export class LiveSeries implements SeriesSource {
  readonly stats: SeriesStats = newStats();
  readonly index: Buckets = newBuckets(1);
  open: Points = newPoints();
  /** Leading points of `open` that are on disk. */
  written = 0;
  readonly sealed: SealedChunk[] = [];

  constructor(
    readonly identity: SeriesIdentity,
    private readonly disk: ChunkStore,
  ) {}

  append(step: number, time: number, value: number): void {
    countPoint(this.stats, step, time, value);
    pushPoint(this.open, step, time, value);
    if (this.open.count === CHUNK) this.seal();
  }

  get last(): { step: number; time: number } {
    return { step: this.stats.lastStep, time: this.stats.lastTime };
  }

  /** Points that only memory holds. */
  get unwritten(): number {
    return this.sealed.length * CHUNK + this.open.count - this.written;
  }

  chunk(at: number): Points {
    return this.waiting(at)?.points ?? this.disk.points(this.identity.id, at);
  }

  level(at: number, level: Level): Buckets {
    const pyramid = this.waiting(at)?.pyramid;
    if (pyramid) return level === 1 ? pyramid.level1 : pyramid.level2;
    return this.disk.level(this.identity.id, level, at);
  }

  /** All there is has been committed. */
  markWritten(): void {
    this.sealed.length = 0;
    this.written = this.open.count;
  }

  private waiting(at: number): SealedChunk | undefined {
    const first = this.sealed[0];
    return first && this.sealed[at - first.at];
  }

  private seal(): void {
    const pyramid = summarizeChunk(this.open);
    this.sealed.push({ at: this.index.count, points: this.open, pyramid });
    pushBucket(this.index, pyramid.whole);
    this.open = newPoints(CHUNK);
    this.written = 0;
  }
}
