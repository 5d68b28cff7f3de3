/** Walks over the points a series has now, in order of arrival, a chunk at a time. */
import type { SeriesSource } from './frames.js';
import { slicePoints, type Points } from './points.js';
import { CHUNK } from './pyramid.js';

export class PointCursor {
  private readonly total: number;
  private readonly fullChunks: number;
  /** The open points of now: they may become a chunk, and be joined by more, while this walks. */
  private readonly tail: Points;
  private chunk: Points;
  private chunkAt = 0;
  private at = 0;

  constructor(private readonly series: SeriesSource) {
    this.fullChunks = series.index.count;
    this.tail = slicePoints(series.open, 0, series.open.count);
    this.total = this.fullChunks * CHUNK + this.tail.count;
    this.chunk = this.load();
  }

  get done(): boolean {
    return this.chunkAt * CHUNK + this.at >= this.total;
  }

  get step(): number {
    return this.chunk.step[this.at] ?? NaN;
  }

  get time(): number {
    return this.chunk.time[this.at] ?? NaN;
  }

  isBefore(other: PointCursor): boolean {
    return this.time < other.time || (this.time === other.time && this.step < other.step);
  }

  /** The value at this moment, and on to the next point; undefined where the series has none there. */
  take(step: number, time: number): number | undefined {
    if (this.done || !Object.is(this.step, step) || !Object.is(this.time, time)) return undefined;
    const value = this.chunk.value[this.at];
    this.advance();
    return value;
  }

  private advance(): void {
    this.at++;
    if (this.at < this.chunk.count || this.done) return;
    this.chunkAt++;
    this.at = 0;
    this.chunk = this.load();
  }

  private load(): Points {
    return this.chunkAt < this.fullChunks ? this.series.chunk(this.chunkAt) : this.tail;
  }
}

/** The next moment at which any cursor has a point: the first in time, then by step. */
export function earliest(cursors: readonly PointCursor[]): { step: number; time: number } | undefined {
  let first: PointCursor | undefined;
  for (const cursor of cursors) {
    if (!cursor.done && (!first || cursor.isBefore(first))) first = cursor;
  }
  return first && { step: first.step, time: first.time };
}
