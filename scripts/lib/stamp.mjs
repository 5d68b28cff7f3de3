// Doing a thing again only when what it was made from has changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Every file below a folder (or the file itself), sorted; build leftovers are left out. */
async function filesBelow(where) {
  const entries = await readdir(where, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [where];
  return entries
    .filter((entry) => entry.isFile() && !/__pycache__|\.pyc$/.test(path.join(entry.parentPath, entry.name)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * A hash over the names and contents of files and folders; what does not exist counts as empty.
 * @param {string[]} sources
 */
export async function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources.filter((candidate) => existsSync(candidate)))
    for (const file of await filesBelow(source))
      hash.update(path.relative(source, file)).update(await readFile(file));
  return hash.digest('hex');
}

/**
 * Runs `work` unless the stamp file already carries `key`.
 * @param {string} stamp path of the stamp file; deleting it makes the work run again
 * @returns {Promise<boolean>} whether the work ran
 */
export async function once(stamp, key, work) {
  const done = await readFile(stamp, 'utf8').catch(() => '');
  if (done === key) return false;
  await work();
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, key);
  return true;
}
