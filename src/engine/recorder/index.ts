/** A run on disk: how it is begun, recorded, read, listed and deleted. */
export { engineIsAlive, readEngineFile, writeEngineFile, type EngineFile } from './engineFile.js';
export { recordGit, type GitState } from './git.js';
export {
  learn,
  ManifestError,
  newManifest,
  readManifest,
  writeManifest,
  type RunManifest,
} from './manifest.js';
export { openRecordedRun } from './recordedRun.js';
export { replayRun, type Replayed } from './replay.js';
export { createRunDirectory, deleteRun, isRunId, RUN_FILES, RunDirectoryError } from './runDirectory.js';
export { listRuns, runSummary } from './runList.js';
export { RunRecorder, type RecorderOptions } from './runRecorder.js';
export type { RecorderProblem } from './diskGuard.js';
