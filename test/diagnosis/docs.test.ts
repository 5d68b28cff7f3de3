import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { ruleDocuments } from '../../src/diagnosis/docs.js';
import { RULES } from '../../src/diagnosis/registry.js';

const FOLDER = new URL('../../docs/rules/', import.meta.url);

function read(file: string): string | null {
  try {
    return readFileSync(new URL(file, FOLDER), 'utf8');
  } catch {
    return null;
  }
}

it('docs/rules is what the rules say (stale pages are written anew by this test)', async () => {
  const options = await resolveConfig(fileURLToPath(new URL('README.md', FOLDER)));
  mkdirSync(FOLDER, { recursive: true });
  const stale: string[] = [];
  const pages = ruleDocuments(RULES);
  for (const [file, content] of pages) {
    const page = await format(content, { ...options, parser: 'markdown' });
    if (read(file) === page) continue;
    stale.push(file);
    writeFileSync(new URL(file, FOLDER), page);
  }
  for (const file of readdirSync(FOLDER).filter((name) => !pages.has(name))) {
    stale.push(file);
    rmSync(new URL(file, FOLDER));
  }
  expect(stale).toEqual([]);
});
