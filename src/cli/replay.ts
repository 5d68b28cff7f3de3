/** `training-debugger replay RUN`: a recorded run, diagnosed by the rules that there are now. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nearest } from '../run/nearest.js';
import { listRuns, openRecordedRun } from '../engine/recorder/index.js';
import { rediagnose } from '../engine/rediagnose.js';
import type { RunSnapshot } from '../protocol/runApi.js';
import { UsageError, type ReplayArguments } from './arguments.js';
import { checkWritable, statusOf, writeResults } from './files.js';
import { replayWords } from './words.js';

/** @param say prints a line of our own. Returns the exit status of the command. */
export async function replay(
  given: ReplayArguments,
  runsDirectory: string,
  say: (line: string) => void,
): Promise<number> {
  const directory = directoryOf(given.run, runsDirectory);
  checkWritable(given);
  const before = await recordedSnapshot(directory);
  const snapshot = rediagnose(before, given.rules);
  for (const line of replayWords(snapshot, before, process.cwd())) say(line);
  await writeResults(given, snapshot);
  return statusOf(snapshot.findings, given.failOn);
}

async function recordedSnapshot(directory: string): Promise<RunSnapshot> {
  const recorded = openRecordedRun(directory);
  try {
    return await recorded.request('snapshot', {});
  } finally {
    recorded.dispose();
  }
}

/** A directory as it is, or the run of that id; `latest` is the newest. */
function directoryOf(run: string, runsDirectory: string): string {
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
