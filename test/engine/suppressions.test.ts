import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptSuppressions } from '../../src/engine/suppressions.js';
import { formatText } from '../../src/protocol/values.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'td-suppress-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

test('a file is read once, as it is when it is first asked for', () => {
  const file = script('train.py', 'a()\nf()  # training-debugger: ignore[initial-loss]\n');
  const { suppressed, read } = bound(new ScriptSuppressions());
  read(file);
  script('train.py', 'a()\nf()\n');
  expect(suppressed('initial-loss', { file, line: 2 })).toBe(true);
  expect(suppressed('non-finite-loss', { file, line: 2 })).toBe(false);
  expect(suppressed('initial-loss', { file, line: 1 })).toBe(false);
});

test('a file that cannot be read suppresses nothing', () => {
  const { suppressed } = bound(new ScriptSuppressions());
  expect(suppressed('initial-loss', { file: join(folder, 'gone.py'), line: 1 })).toBe(false);
  expect(suppressed('initial-loss', { file: folder, line: 1 })).toBe(false);
});

test('an id that no rule has is told, with the nearest', () => {
  const told: string[] = [];
  const file = script('typo.py', 'f()  # training-debugger: ignore[initial-los, zzzzzzzz, initial-loss]\n');
  bound(new ScriptSuppressions((problem) => told.push(formatText(problem)))).read(file);
  expect(told).toEqual([
    `A comment in ${file} names “initial-los”, which is no rule. Did you mean “initial-loss”?`,
    `A comment in ${file} names “zzzzzzzz”, which is no rule.`,
  ]);
});

function bound(one: ScriptSuppressions) {
  return { suppressed: one.suppressed, read: (file: string) => one.read(file) };
}
