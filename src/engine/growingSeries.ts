import type { SeriesInfo } from '../protocol/runApi.js';

/** Tells which series have more points than when it was last asked. */
export class GrowingSeries {
  private readonly told = new Map<string, number>();

  grown(series: readonly SeriesInfo[]): SeriesInfo[] {
    return series.filter(({ rank, name, points }) => {
      const key = `${rank} ${name}`;
      const grew = this.told.get(key) !== points;
      this.told.set(key, points);
      return grew;
    });
  }
}
