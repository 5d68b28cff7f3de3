// The sample workspace a newcomer sees: a copy, so that trying things out leaves the repository as it was.
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { localCache, root } from './paths.mjs';
import { hashOf, once } from './stamp.mjs';

/** The training that starts by itself, of each sample. */
const firstScripts = { pytorch: 'digits_faulty.py', tfjs: 'digits_faulty.mjs' };

/**
 * Copies examples/<name> to .cache/sample/<name>, again whenever the example changed.
 * @param {'pytorch' | 'tfjs'} name
 * @param {object} settings goes into the copy's .vscode/settings.json
 * @returns {Promise<{ folder: string, script: string }>} `script`: the training to begin with
 */
export async function prepareSample(name, settings) {
  const source = path.join(root, 'examples', name);
  const folder = path.join(localCache, 'sample', name);
  const stamp = path.join(localCache, `sample-${name}`);
  if (!existsSync(folder)) await rm(stamp, { force: true });
  await once(stamp, await hashOf([source]), () => cp(source, folder, { recursive: true }));
  await mkdir(path.join(folder, '.vscode'), { recursive: true });
  await writeFile(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  return { folder, script: path.join(folder, firstScripts[name]) };
}
