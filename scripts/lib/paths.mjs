// Where the scripts keep things.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What belongs to this clone only (stamps, the copied sample workspace). Git ignores it. */
export const localCache = path.join(root, '.cache');

function sharedCache() {
  const named = process.env.TRAINING_DEBUGGER_CACHE;
  if (named !== undefined && named !== '') return path.resolve(named);
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'training-debugger');
}

/** Downloads shared by every clone on this machine: Node, the embedded workbench, Python environments. */
export const cacheDirectory = sharedCache();

export const isWindows = process.platform === 'win32';
