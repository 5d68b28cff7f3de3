/** `training-debugger replay RUN`: a recorded run, diagnosed by the rules that there are now. */
import { openRecordedRun } from '../engine/recorder/index.js';
import { rediagnose } from '../engine/rediagnose.js';
import type { RunSnapshot } from '../protocol/runApi.js';
import type { ReplayArguments } from './arguments.js';
import { checkWritable, statusOf, writeResults } from './files.js';
import { findRun } from './findRun.js';
import { replayWords } from './words.js';

/** @param say prints a line of our own. Returns the exit status of the command. */
export async function replay(
  given: ReplayArguments,
  runsDirectory: string,
  say: (line: string) => void,
): Promise<number> {
  const directory = findRun(given.run, runsDirectory);
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
