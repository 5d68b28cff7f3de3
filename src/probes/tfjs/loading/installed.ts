import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { PackageName } from './packages.js';

/** What of a package is on the disk. */
export type Installed =
  | { state: 'present'; file: string }
  /** Installed without its native binding, as `--ignore-scripts` or a failed download leaves it. */
  | { state: 'unbound'; file: string }
  | { state: 'missing' };

function packageFolder(file: string, name: PackageName): string {
  const marker = path.join('node_modules', ...name.split('/'));
  return file.slice(0, file.lastIndexOf(marker) + marker.length);
}

function hasBinding(folder: string): boolean {
  const library = path.join(folder, 'lib');
  try {
    return fs
      .readdirSync(library)
      .some((name) => fs.existsSync(path.join(library, name, 'tfjs_binding.node')));
  } catch {
    return false;
  }
}

/** @param folder of the script that imports the package */
export function installed(name: PackageName, folder: string): Installed {
  let file: string;
  try {
    file = createRequire(path.join(folder, 'script.js')).resolve(name);
  } catch {
    return { state: 'missing' };
  }
  const bound = name === '@tensorflow/tfjs' || hasBinding(packageFolder(file, name));
  return { state: bound ? 'present' : 'unbound', file };
}
