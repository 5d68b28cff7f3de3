/** Tables of `metrics.db`. Blobs are what `blockCodec.ts` writes. */
import type { DatabaseSync } from 'node:sqlite';

/** Stored in `PRAGMA user_version`; a newer one is not read. */
export const SCHEMA_VERSION = 1;

const TABLES = `
-- One row a series and rank; the figures are over all points that are stored.
CREATE TABLE series (
  id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL, label TEXT,
  points INTEGER NOT NULL, first_step REAL, last_step REAL, last_time REAL, first REAL, last REAL,
  min REAL, max REAL, min_step REAL,
  UNIQUE (rank, name));
-- Full chunks of 4096 points: a summary each (level 3), and blocks: 0 the points, 1 and 2 the summaries of 16 and 256.
CREATE TABLE chunks (
  series INTEGER NOT NULL, chunk INTEGER NOT NULL, step REAL, time REAL, min REAL, max REAL, mean REAL,
  finite INTEGER NOT NULL, non_finite INTEGER NOT NULL, PRIMARY KEY (series, chunk)) WITHOUT ROWID;
CREATE TABLE blocks (
  series INTEGER NOT NULL, level INTEGER NOT NULL, chunk INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (series, level, chunk));
-- Points after the last full chunk, as they came; replaced by a chunk when there are enough.
CREATE TABLE tails (id INTEGER PRIMARY KEY, series INTEGER NOT NULL, chunk INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX tails_of ON tails (series, chunk);
-- Every message of the probe that series and measures do not hold, as it came; after_step: last step told before it.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, type TEXT NOT NULL, after_step INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE measures (
  rank INTEGER NOT NULL, measure TEXT NOT NULL, level INTEGER NOT NULL, at INTEGER NOT NULL, step INTEGER NOT NULL,
  time REAL NOT NULL, data BLOB NOT NULL, PRIMARY KEY (rank, measure, level, at));
CREATE TABLE epochs (
  rank INTEGER NOT NULL, at INTEGER NOT NULL, step INTEGER NOT NULL, epoch INTEGER NOT NULL, count INTEGER NOT NULL,
  length INTEGER NOT NULL, PRIMARY KEY (rank, at));
CREATE TABLE findings (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, body TEXT NOT NULL);
`;

/** Makes the tables in an empty database; WAL, so that a kill at any moment leaves what was committed. */
export function createTables(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/** Throws where a newer version of this extension wrote the database, or nothing has. */
export function checkVersion(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.['user_version']);
  if (version === SCHEMA_VERSION) return;
  if (version > SCHEMA_VERSION)
    throw new Error('A newer version of Training Debugger recorded this run; update to read it.');
  throw new Error('Nothing was recorded before the run ended.');
}
