// A Node new enough for `node:sqlite`: the running one, or the npm package that carries Node 24's binary.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { step } from './log.mjs';
import { npmPack } from './npm.mjs';
import { cacheDirectory } from './paths.mjs';

const oldest = [22, 15];

/** @param {string} version such as `v20.20.2` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** @returns {string} the npm package that holds Node's binary for this machine */
function packageName() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

/**
 * Path of a Node that has `node:sqlite` (22.15 or newer). Downloads Node 24 into the cache once where the
 * running Node is older.
 * @returns {Promise<string>}
 */
export async function ensureNode() {
  if (isNewEnough(process.version)) return process.execPath;
  const home = path.join(cacheDirectory, 'node-24');
  const binary = path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  step(`Node ${process.version} has no SQLite; getting Node 24 next to it (once, about 45 MB)`);
  const unpacked = await npmPack(`${packageName()}@24`, cacheDirectory);
  await rm(home, { recursive: true, force: true });
  await mkdir(path.dirname(home), { recursive: true });
  await rename(unpacked, home);
  return binary;
}
