/** Where a run is kept: names of its files, how it is made and how it is deleted. */
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { engineIsAlive } from './engineFile.js';

/** Names inside a run directory. */
export const RUN_FILES = {
  manifest: 'run.json',
  metrics: 'metrics.db',
  console: 'console.log',
  diff: 'git.diff',
  engine: 'engine.json',
  checkpoints: 'checkpoints',
} as const;

const ID = /^\d{8}-\d{6}-[a-z0-9-]*[0-9a-f]{6}$/;

/** Why a run cannot be kept or deleted, in words a person can act on. */
export class RunDirectoryError extends Error {
  override readonly name = 'RunDirectoryError';
}

/**
 * Makes `<runsDirectory>/<id>/`, invisible to git. Ids sort by start time (UTC) and carry the run's name.
 * Throws `RunDirectoryError` where the folder cannot be written.
 */
export function createRunDirectory(runsDirectory: string, name: string): { id: string; directory: string } {
  const id = newRunId(new Date(), name);
  const directory = join(resolve(runsDirectory), id);
  try {
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory);
    mkdirSync(join(directory, RUN_FILES.checkpoints));
    ignoreInGit(directory);
  } catch (error) {
    throw cannotWrite(runsDirectory, error);
  }
  return { id, directory };
}

export function isRunId(name: string): boolean {
  return ID.test(name);
}

/** Deletes a run's directory. Throws `RunDirectoryError` for a live run and for anything that is not a run. */
export function deleteRun(directory: string): void {
  const path = resolve(directory);
  if (!looksLikeRun(path)) {
    throw new RunDirectoryError(`${path} is not the directory of a run, so it is left alone.`);
  }
  if (engineIsAlive(path)) {
    throw new RunDirectoryError(`The run ${basename(path)} is still going. Stop it first, then delete it.`);
  }
  rmSync(path, { recursive: true });
}

function looksLikeRun(path: string): boolean {
  if (!isRunId(basename(path)) || !existsSync(path)) return false;
  if (lstatSync(path).isSymbolicLink() || !lstatSync(path).isDirectory()) return false;
  if (realpathSync(path) !== join(realpathSync(dirname(path)), basename(path))) return false;
  return [RUN_FILES.manifest, RUN_FILES.metrics, RUN_FILES.checkpoints].some((name) =>
    existsSync(join(path, name)),
  );
}

function newRunId(now: Date, name: string): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-+|-+$/g, '');
  return [time, words, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}

/** Each run ignores itself, wherever it is kept; our own folder does as a whole. */
function ignoreInGit(directory: string): void {
  writeFileSync(join(directory, '.gitignore'), '*\n');
  const own = dirname(dirname(directory));
  if (basename(own) === '.training-debugger' && !existsSync(join(own, '.gitignore'))) {
    writeFileSync(join(own, '.gitignore'), '*\n');
  }
}

function cannotWrite(runsDirectory: string, error: unknown): RunDirectoryError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RunDirectoryError(
    `Runs cannot be kept in ${runsDirectory} (${reason}). Set trainingDebugger.runsDirectory to a folder that can be written.`,
    { cause: error },
  );
}
