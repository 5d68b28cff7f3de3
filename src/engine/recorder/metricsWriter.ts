/** Writes `metrics.db`: one method a kind of row, each within a transaction of the caller's. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { encodeBlock } from './blockCodec.js';
import type { EpochStretch } from './epochAxis.js';
import type { LiveSeries, SealedChunk } from './liveSeries.js';
import type { MessageRow } from './metricsReader.js';
import { pointColumns, slicePoints, type Points } from './points.js';
import { bucketColumns, type Buckets } from './pyramid.js';

export interface MeasureEntry {
  rank: number;
  measure: string;
  level: number;
  at: number;
  step: number;
  time: number;
  data: Uint8Array;
}

const SQL = {
  series: `INSERT INTO series (id, rank, name, origin, label, points, first_step, last_step, last_time, first, last,
    min, max, min_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET label = excluded.label, points = excluded.points, first_step = excluded.first_step,
    last_step = excluded.last_step, last_time = excluded.last_time, first = excluded.first, last = excluded.last,
    min = excluded.min, max = excluded.max, min_step = excluded.min_step`,
  chunk: 'INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  block: 'INSERT INTO blocks VALUES (?, ?, ?, ?)',
  tail: 'INSERT INTO tails (series, chunk, data) VALUES (?, ?, ?)',
  dropTails: 'DELETE FROM tails WHERE series = ? AND chunk = ?',
  message: 'INSERT INTO messages (rank, type, after_step, body) VALUES (?, ?, ?, ?)',
  measure: 'INSERT INTO measures VALUES (?, ?, ?, ?, ?, ?, ?)',
  epoch: 'INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?, ?)',
  finding: 'INSERT INTO findings VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  fact: 'INSERT OR REPLACE INTO facts VALUES (?, ?)',
} as const;

export class MetricsWriter {
  private readonly statements: Record<keyof typeof SQL, StatementSync>;

  constructor(private readonly database: DatabaseSync) {
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
    this.statements = Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>;
  }

  /** All that `write` writes, or nothing of it where it throws. */
  transaction(write: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.database.exec('COMMIT');
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** What memory alone holds of a series. */
  series(series: LiveSeries, label: string | null): void {
    const { identity, stats } = series;
    for (const sealed of series.sealed) this.chunk(identity.id, sealed);
    if (series.open.count > series.written) {
      const rest = slicePoints(series.open, series.written, series.open.count);
      this.statements.tail.run(identity.id, series.index.count, encodePoints(rest));
    }
    const { points, firstStep, lastStep, lastTime, first, last, min, max, minStep } = stats;
    this.statements.series.run(
      ...[identity.id, identity.rank, identity.name, identity.origin, label],
      ...[points, firstStep, lastStep, lastTime, first, last, min, max, minStep],
    );
  }

  message(row: MessageRow): void {
    this.statements.message.run(row.rank, row.type, row.afterStep, row.body);
  }

  measure(entry: MeasureEntry): void {
    const { rank, measure, level, at, step, time, data } = entry;
    this.statements.measure.run(rank, measure, level, at, step, time, data);
  }

  epochs(rank: number, at: number, { step, epoch, count, length }: EpochStretch): void {
    this.statements.epoch.run(rank, at, step, epoch, count, length);
  }

  finding(id: string, body: string): void {
    this.statements.finding.run(id, body);
  }

  fact(name: string, body: string): void {
    this.statements.fact.run(name, body);
  }

  /** After some errors SQLite has rolled back by itself, and says that there is nothing to roll back. */
  private rollback(): void {
    try {
      this.database.exec('ROLLBACK');
    } catch (error) {
      if (!String(error).includes('no transaction is active')) throw error;
    }
  }

  private chunk(series: number, { at, points, pyramid }: SealedChunk): void {
    const { step, time, min, max, mean, finite, nonFinite } = pyramid.whole;
    this.statements.dropTails.run(series, at);
    this.statements.chunk.run(series, at, step, time, min, max, mean, finite, nonFinite);
    this.statements.block.run(series, 0, at, encodePoints(points));
    this.statements.block.run(series, 1, at, encodeBuckets(pyramid.level1));
    this.statements.block.run(series, 2, at, encodeBuckets(pyramid.level2));
  }
}

function encodePoints(points: Points): Uint8Array {
  return encodeBlock(pointColumns(points), points.count);
}

function encodeBuckets(buckets: Buckets): Uint8Array {
  return encodeBlock(bucketColumns(buckets), buckets.count);
}
