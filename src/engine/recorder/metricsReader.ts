/** Reads `metrics.db`, whether it is still written to by this process or belongs to a finished run. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { decodeBlock } from './blockCodec.js';
import type { EpochStretch } from './epochAxis.js';
import { appendPoints, newPoints, pointsFromColumns, type Points } from './points.js';
import { bucketsFromColumns, newBuckets, pushBucket, type Buckets, type Level } from './pyramid.js';
import type { Origin, SeriesIdentity, SeriesStats } from './series.js';

type Row = Record<string, SQLOutputValue>;

export interface SeriesRow {
  identity: SeriesIdentity;
  stats: SeriesStats;
  label: string | null;
}

export interface MessageRow {
  rank: number;
  type: string;
  /** The last step told of by this rank before the message, -1 before any. */
  afterStep: number;
  body: string;
}

export interface MeasureRow {
  step: number;
  time: number;
  values: Float32Array;
}

export class MetricsReader {
  private readonly statements = new Map<string, StatementSync>();

  constructor(private readonly database: DatabaseSync) {}

  series(): SeriesRow[] {
    return this.query('SELECT * FROM series ORDER BY id').map(seriesRow);
  }

  /** Summaries of a series' full chunks. */
  index(series: number): Buckets {
    const rows = this.query('SELECT * FROM chunks WHERE series = ? ORDER BY chunk', series);
    const buckets = newBuckets(rows.length);
    for (const row of rows) {
      const of = (name: string): number => real(row[name]);
      const [step, time, min, max, mean] = [of('step'), of('time'), of('min'), of('max'), of('mean')];
      pushBucket(buckets, { step, time, min, max, mean, finite: of('finite'), nonFinite: of('non_finite') });
    }
    return buckets;
  }

  /** Points after a series' last full chunk. */
  tail(series: number): Points {
    const points = newPoints();
    for (const row of this.query('SELECT data FROM tails WHERE series = ? ORDER BY id', series)) {
      appendPoints(points, decodePoints(blob(row['data'])));
    }
    return points;
  }

  points(series: number, chunk: number): Points {
    return decodePoints(this.block(series, 0, chunk));
  }

  level(series: number, level: Level, chunk: number): Buckets {
    const { rows, columns } = decodeBlock(this.block(series, level, chunk));
    return bucketsFromColumns(rows, columns);
  }

  *messages(): Generator<MessageRow> {
    for (const row of this.prepare(
      'SELECT rank, type, after_step, body FROM messages ORDER BY id',
    ).iterate()) {
      const [type, body] = [String(row['type']), String(row['body'])];
      yield { rank: real(row['rank']), type, afterStep: real(row['after_step']), body };
    }
  }

  epochs(): Map<number, EpochStretch[]> {
    const ranks = new Map<number, EpochStretch[]>();
    for (const row of this.query('SELECT * FROM epochs ORDER BY rank, at')) {
      const rank = real(row['rank']);
      const [step, epoch] = [real(row['step']), real(row['epoch'])];
      const stretch = { step, epoch, count: real(row['count']), length: real(row['length']) };
      ranks.set(rank, [...(ranks.get(rank) ?? []), stretch]);
    }
    return ranks;
  }

  measureCount(rank: number, measure: string): number {
    const sql = 'SELECT max(at) AS last FROM measures WHERE rank = ? AND measure = ? AND level = 0';
    const last = this.query(sql, rank, measure)[0]?.['last'];
    return typeof last === 'number' ? last + 1 : 0;
  }

  /** Rows of a level from `from` up to but not including `to`. */
  *measures(rank: number, measure: string, level: number, from: number, to: number): Generator<MeasureRow> {
    const statement = this.database.prepare(
      'SELECT step, time, data FROM measures WHERE rank = ? AND measure = ? AND level = ? AND at >= ? AND at < ? ORDER BY at',
    );
    for (const row of statement.iterate(rank, measure, level, from, to)) {
      yield { step: real(row['step']), time: real(row['time']), values: floats(blob(row['data'])) };
    }
  }

  findings(): string[] {
    return this.query('SELECT body FROM findings ORDER BY rowid').map((row) => String(row['body']));
  }

  /** JSON kept under a name, such as `checks`. */
  fact(name: string): string | undefined {
    const row = this.query('SELECT body FROM facts WHERE name = ?', name)[0];
    return row && String(row['body']);
  }

  private block(series: number, level: number, chunk: number): Uint8Array {
    const sql = 'SELECT data FROM blocks WHERE series = ? AND level = ? AND chunk = ?';
    return blob(this.prepare(sql).get(series, level, chunk)?.['data']);
  }

  private query(sql: string, ...parameters: (number | string)[]): Row[] {
    return this.prepare(sql).all(...parameters);
  }

  /** For statements that run to their end at once; what is iterated over must not be shared. */
  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}

function seriesRow(row: Row): SeriesRow {
  const [id, rank, name] = [real(row['id']), real(row['rank']), String(row['name'])];
  const label = row['label'] === null ? null : String(row['label']);
  return { identity: { id, rank, name, origin: row['origin'] as Origin }, stats: statsOf(row), label };
}

function statsOf(row: Row): SeriesStats {
  return {
    points: real(row['points']),
    firstStep: real(row['first_step']),
    lastStep: real(row['last_step']),
    lastTime: real(row['last_time']),
    first: real(row['first']),
    last: real(row['last']),
    min: real(row['min']),
    max: real(row['max']),
    minStep: real(row['min_step']),
  };
}

/** SQLite has no NaN: it keeps one as NULL. */
function real(value: SQLOutputValue | undefined): number {
  return value === null || value === undefined ? NaN : Number(value);
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('A block of the record is missing.');
}

function decodePoints(block: Uint8Array): Points {
  const { rows, columns } = decodeBlock(block);
  return pointsFromColumns(rows, columns);
}

/** A copy, since a blob may lie at any address. */
function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4));
}
