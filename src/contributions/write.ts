/** Writes the contributions into package.json, and their English words into package.nls.json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../contributions.js';
import { RULES } from '../diagnosis/registry.js';

/** @returns names of the files that were stale; they are up to date now. */
export function writeContributions(root: string): string[] {
  const { fields, english } = manifest(RULES);
  const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const wanted = { 'package.json': { ...packageJson, ...fields }, 'package.nls.json': english };
  return Object.entries(wanted)
    .filter(([name, content]) => update(join(root, name), `${JSON.stringify(content, null, 2)}\n`))
    .map(([name]) => name);
}

/** Compares content, not layout: a formatter may have had its way with the file. */
function update(file: string, content: string): boolean {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before !== '' && JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(content)))
    return false;
  writeFileSync(file, content);
  return true;
}
