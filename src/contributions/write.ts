/** Writes the contributions into package.json, their English words into package.nls.json, and docs/settings.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../contributions.js';
import { RULES } from '../diagnosis/registry.js';
import { settingsPage } from './settingsPage.js';

/** @returns names of the files that were stale; they are up to date now. */
export function writeContributions(root: string): string[] {
  const { fields, english } = manifest(RULES);
  const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const wanted = {
    'package.json': asJson({ ...packageJson, ...fields }),
    'package.nls.json': asJson(english),
    'docs/settings.md': settingsPage(),
  };
  return Object.entries(wanted)
    .filter(([name, content]) => update(join(root, name), content))
    .map(([name]) => name);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Compares JSON by content, not layout: a formatter may have had its way with the file. */
function update(file: string, content: string): boolean {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const normal = (text: string) => (file.endsWith('.json') && text !== '' ? asJson(JSON.parse(text)) : text);
  if (normal(before) === normal(content)) return false;
  writeFileSync(file, content);
  return true;
}
