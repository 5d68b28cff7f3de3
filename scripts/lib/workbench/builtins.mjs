// A smaller set of built-in extensions: a workbench in a test starts faster with them than with all.
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { isWindows } from '../paths.mjs';

const names = [
  'theme-defaults',
  'theme-seti',
  'json',
  'javascript',
  'typescript-basics',
  'markdown-basics',
  'log',
  'configuration-editing',
  'python',
];

/**
 * @param {string} home the workbench's folder
 * @param {string} folder where the links go
 * @param {string[]} more names of others
 */
export async function linkBuiltins(home, folder, more) {
  await mkdir(folder, { recursive: true });
  for (const name of [...names, ...more]) {
    const link = path.join(folder, name);
    if (existsSync(link)) continue;
    await symlink(path.join(home, 'extensions', name), link, isWindows ? 'junction' : 'dir');
  }
  return folder;
}
