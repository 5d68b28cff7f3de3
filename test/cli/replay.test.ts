import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReplayArguments } from '../../src/cli/arguments.js';
import { replay } from '../../src/cli/replay.js';
import type { Report } from '../../src/cli/report.js';
import { recordRun, schemaProblems } from './support.js';

let runs: string;

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'td-replay-'));
});

afterEach(() => rmSync(runs, { recursive: true, force: true }));

async function replayed(run: string, given: Partial<ReplayArguments> = {}) {
  const lines: string[] = [];
  const none = { command: 'replay', json: null, html: null, failOn: null, rules: {} } as const;
  const status = await replay({ ...none, run, ...given }, runs, (line) => lines.push(line));
  return { status, said: lines.join('\n') };
}

test('a recorded run is diagnosed by the rules that there are now', async () => {
  const directory = recordRun(runs);
  const { status, said } = await replayed(directory);
  expect(status).toBe(0);
  expect(said).toContain('completed, 10 steps');
  expect(said).toContain('found now and not then: initial-loss');
  expect(said).toMatch(/train\.py:2: warning: The first loss is 90; .* \[initial-loss, step 0\]/);
  expect(said).toMatch(/checks: \d+ ran, \d+ could not/);
});

test('it is found by its id, and the newest as latest', async () => {
  const directory = recordRun(runs);
  expect((await replayed(basename(directory))).said).toContain('initial-loss');
  expect((await replayed('latest')).said).toContain(basename(directory));
});

test('findings decide the status only where they are asked to, by their severity as set', async () => {
  const directory = recordRun(runs);
  expect((await replayed(directory, { failOn: 'warning' })).status).toBe(3);
  expect((await replayed(directory, { failOn: 'error' })).status).toBe(0);
  expect((await replayed(directory, { failOn: 'error', rules: { 'initial-loss': 'error' } })).status).toBe(3);
  const threshold = { 'initial-loss': { excess: 100 } };
  expect((await replayed(directory, { failOn: 'warning', rules: threshold })).status).toBe(3);
});

test('settings of the launch count, those given now win, and rules that are gone do not matter', async () => {
  const directory = recordRun(runs, { 'initial-loss': 'off', 'a-rule-of-old': 'error' });
  expect((await replayed(directory)).said).toContain('Switched off in the configuration: initial-loss');
  const said = (await replayed(directory, { rules: { 'initial-loss': 'hint' } })).said;
  expect(said).toContain('train.py:2: hint: The first loss');
});

test('a comment in the script suppresses, and the coverage says so', async () => {
  const directory = recordRun(runs, {}, 'a\nb  # training-debugger: ignore[initial-loss]\n');
  const { said, status } = await replayed(directory, { failOn: 'warning' });
  expect(status).toBe(0);
  expect(said).not.toContain('The first loss');
  expect(said).toContain('1 suppressed');
  expect(said).toContain('Suppressed by a comment in train.py:2: initial-loss');
});

test('JSON and HTML hold what is found now', async () => {
  const directory = recordRun(runs);
  const [json, html] = [join(runs, 'r.json'), join(runs, 'r.html')];
  await replayed(directory, { json, html });
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  expect(schemaProblems(report)).toEqual([]);
  expect(report.findings.map(({ rule }) => rule)).toContain('initial-loss');
  const page = readFileSync(html, 'utf8');
  expect(page).toContain('The first loss is 90;');
  expect(page).toMatch(/<svg [^>]*aria-label="Loss\. training: 90 at step 0 to 81 at step 9/);
  expect(page).toMatch(/<mark><span class="number"> +2<\/span> b<\/mark>/);
  expect(page).toContain(`training-debugger replay ${directory}`);
});

test('what is no recorded run is refused, with the nearest', async () => {
  const id = basename(recordRun(runs));
  await expect(replayed(`${id}x`)).rejects.toThrow(`Did you mean ${id}?`);
  await expect(replayed('nothing')).rejects.toThrow('There is no recorded run nothing.');
  writeFileSync(join(runs, id, 'metrics.db'), 'not a database');
  await expect(replayed(id)).rejects.toThrow();
});
