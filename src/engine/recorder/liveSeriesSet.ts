/** All series of a run while it is recorded. */
import type { SeriesInfo } from '../../protocol/runApi.js';
import { LiveSeries, type ChunkStore } from './liveSeries.js';
import type { MetricsWriter } from './metricsWriter.js';
import { seriesInfo, type Origin } from './series.js';

/** Bytes of a point in memory, with its share of the summaries. */
const POINT_BYTES = 32;

export class LiveSeriesSet {
  private readonly ranks = new Map<number, Map<string, LiveSeries>>();
  private readonly all: LiveSeries[] = [];
  private readonly labels = new Map<string, string>();

  constructor(private readonly disk: ChunkStore) {}

  get(rank: number, name: string): LiveSeries | undefined {
    return this.ranks.get(rank)?.get(name);
  }

  /** The series of that name, made where there is none yet. */
  reach(rank: number, name: string, origin: Origin): LiveSeries {
    let names = this.ranks.get(rank);
    if (!names) this.ranks.set(rank, (names = new Map<string, LiveSeries>()));
    let series = names.get(name);
    if (!series) {
      series = new LiveSeries({ id: this.all.length + 1, rank, name, origin }, this.disk);
      names.set(name, series);
      this.all.push(series);
    }
    return series;
  }

  label(rank: number, name: string, label: string): void {
    this.labels.set(`${rank} ${name}`, label);
  }

  infos(): SeriesInfo[] {
    return this.all
      .filter((series) => series.stats.points > 0)
      .map((series) => seriesInfo(series.identity, series.stats, this.labelOf(series)));
  }

  get unwrittenPoints(): number {
    return this.all.reduce((sum, series) => sum + series.unwritten, 0);
  }

  get unwrittenBytes(): number {
    return this.unwrittenPoints * POINT_BYTES;
  }

  write(writer: MetricsWriter): void {
    for (const series of this.all) {
      if (series.unwritten > 0) writer.series(series, this.labelOf(series));
    }
  }

  markWritten(): void {
    for (const series of this.all) series.markWritten();
  }

  private labelOf({ identity }: LiveSeries): string | null {
    return this.labels.get(`${identity.rank} ${identity.name}`) ?? null;
  }
}
