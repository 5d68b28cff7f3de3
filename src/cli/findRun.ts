import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listRuns } from '../engine/recorder/index.js';
import { nearest } from '../run/nearest.js';
import { UsageError } from './arguments.js';

/** A directory as it is, or the run of that id; `latest` is the newest. */
export function findRun(run: string, runsDirectory: string): string {
  for (const candidate of [resolve(run), join(runsDirectory, run)]) {
    if (existsSync(join(candidate, 'metrics.db'))) return candidate;
  }
  const runs = listRuns(runsDirectory);
  const newest = runs.toSorted((a, b) => b.startedAt - a.startedAt).at(0);
  if (run === 'latest' && newest) return newest.directory;
  const ids = runs.map(({ id }) => id);
  const meant = nearest(run, ids);
  const hint = meant === null ? ' training-debugger runs lists those there are.' : ` Did you mean ${meant}?`;
  throw new UsageError(`There is no recorded run ${run}.${hint}`);
}
