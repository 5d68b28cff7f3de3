/** What is known of one series of one rank without reading its points. Pure. */
import { toWire } from '../../protocol/values.js';
import type { SeriesInfo } from '../../protocol/runApi.js';

/** Which message the points came in, hence how it is rebuilt. */
export type Origin = 'steps' | 'validation' | 'metrics' | 'engine';

export interface SeriesIdentity {
  id: number;
  rank: number;
  name: string;
  origin: Origin;
}

export interface SeriesStats {
  points: number;
  firstStep: number;
  lastStep: number;
  lastTime: number;
  first: number;
  last: number;
  /** Over all finite points; NaN without one. */
  min: number;
  max: number;
  /** Step of the first point as low as `min`. */
  minStep: number;
}

export function newStats(): SeriesStats {
  return {
    points: 0,
    firstStep: NaN,
    lastStep: NaN,
    lastTime: NaN,
    first: NaN,
    last: NaN,
    min: NaN,
    max: NaN,
    minStep: NaN,
  };
}

export function countPoint(stats: SeriesStats, step: number, time: number, value: number): void {
  if (stats.points++ === 0) {
    stats.firstStep = step;
    stats.first = value;
  }
  stats.lastStep = step;
  stats.lastTime = time;
  stats.last = value;
  if (!Number.isFinite(value)) return;
  if (!(value >= stats.min)) {
    stats.min = value;
    stats.minStep = step;
  }
  if (!(value <= stats.max)) stats.max = value;
}

export function seriesInfo(identity: SeriesIdentity, stats: SeriesStats, label: string | null): SeriesInfo {
  return {
    name: identity.name,
    rank: identity.rank,
    label,
    points: stats.points,
    firstStep: stats.firstStep,
    lastStep: stats.lastStep,
    last: toWire(stats.last),
    min: toWire(stats.min),
    max: toWire(stats.max),
  };
}
