/** One series of a finished run: read from disk when it is first asked for. */
import type { SeriesSource } from './frames.js';
import type { MetricsReader, SeriesRow } from './metricsReader.js';
import type { Points } from './points.js';
import type { Buckets, Level } from './pyramid.js';
import type { SeriesIdentity, SeriesStats } from './series.js';

export class StoredSeries implements SeriesSource {
  readonly identity: SeriesIdentity;
  readonly stats: SeriesStats;
  readonly label: string | null;
  private loadedIndex: Buckets | undefined;
  private loadedTail: Points | undefined;

  constructor(
    row: SeriesRow,
    private readonly disk: MetricsReader,
  ) {
    this.identity = row.identity;
    this.stats = row.stats;
    this.label = row.label;
  }

  get index(): Buckets {
    return (this.loadedIndex ??= this.disk.index(this.identity.id));
  }

  get open(): Points {
    return (this.loadedTail ??= this.disk.tail(this.identity.id));
  }

  get last(): { step: number; time: number } {
    return { step: this.stats.lastStep, time: this.stats.lastTime };
  }

  chunk(at: number): Points {
    return this.disk.points(this.identity.id, at);
  }

  level(at: number, level: Level): Buckets {
    return this.disk.level(this.identity.id, level, at);
  }
}
