import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachRun } from '../../src/engine/client.js';
import { readManifest } from '../../src/engine/recorder/index.js';
import { formatText } from '../../src/protocol/values.js';
import { consoleText, ended, snapshot, until, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

test('a training is started, heard, recorded and served until its end', async () => {
  const { client, directory } = await place.launch({ program: 'train.py', args: ['--steps', '12'] });
  const grown = new Map<string, number>();
  client.on('progress', ({ series }) => series.forEach(({ name, points }) => grown.set(name, points)));
  const summary = await ended(client);
  expect(summary).toMatchObject({ status: 'completed', exitCode: 0, steps: 12, ranks: 1, problem: null });
  expect(summary.loss).toMatchObject({ first: 2, best: 2 / 12, bestStep: 11 });
  expect(grown.get('loss')).toBe(12);
  const seen = await snapshot(client);
  expect(consoleText(seen)).toContain('step 11\n');
  const [frame] = await client.request('frames', { rank: 0, series: ['loss'], x: 'step', width: 100 });
  const mean = new Float32Array(new Uint8Array(Buffer.from(frame?.mean ?? '', 'base64')).buffer);
  expect([...mean].map((value) => Math.round(2 / value))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(readFileSync(join(directory, 'console.log'), 'utf8')).toMatch(/step 0\n[^]*step 11\n/);
  expect(readManifest(directory)).toMatchObject({
    status: 'completed',
    exitCode: 0,
    packages: { torch: '2.9.0' },
  });
});

test('the address of the engine is for its owner alone', async () => {
  const { client, directory } = await place.launch({ program: 'train.py', args: ['--steps', '200'] });
  expect(statSync(join(directory, 'engine.json')).mode & 0o777).toBe(0o600);
  client.dispose();
});

test('two clients see the same run, and one that comes again sees all of it', async () => {
  const first = await place.launch({ program: 'train.py', args: ['--steps', '400', '--seconds', '0.02'] });
  const second = await attachRun(first.directory);
  await until('both see steps', async () => (await snapshot(second)).summary.steps > 5);
  first.client.dispose();
  second.dispose();
  const again = await attachRun(first.directory);
  const seen = await until('more steps', async () => {
    const now = await snapshot(again);
    return now.summary.steps > 30 ? now : undefined;
  });
  expect(seen.summary.status).toBe('running');
  expect(seen.series.find(({ name }) => name === 'loss')).toMatchObject({
    firstStep: 0,
    points: seen.summary.steps,
  });
  expect(consoleText(seen)).toMatch(/^step 0\n/);
  await again.request('stop', {});
  expect(await ended(again)).toMatchObject({ status: 'stopped' });
});

test('pause holds the training between steps, resume lets it go on', async () => {
  const { client } = await place.launch({ program: 'train.py', args: ['--steps', '1000'] });
  await until('it runs', async () => (await snapshot(client)).summary.status === 'running');
  await client.request('pause', {});
  const paused = await until('it is paused', async () => {
    const { summary } = await snapshot(client);
    return summary.status === 'paused' ? summary : undefined;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await snapshot(client)).summary.steps).toBe(paused.steps);
  await client.request('resume', {});
  await until('it goes on', async () => (await snapshot(client)).summary.steps > paused.steps + 3);
  await client.request('stop', {});
  expect(await ended(client)).toMatchObject({ status: 'stopped', exitCode: 130 });
});

test.each([
  { args: ['--exit', '3'], exitCode: 3, says: 'exit code 3' },
  { args: ['--signal', '11'], exitCode: 139, says: 'Native code crashed (SIGSEGV)' },
  { args: ['--signal', '9'], exitCode: 137, says: 'ran out of memory' },
])('an end with $args is a failure that says why', async ({ args, exitCode, says }) => {
  const { client } = await place.launch({ program: 'train.py', args: ['--steps', '3', ...args] });
  const summary = await ended(client);
  expect(summary).toMatchObject({ status: 'failed', exitCode, steps: 3 });
  expect(summary.problem && formatText(summary.problem)).toContain(says);
});

test('the engine goes when the run is over and its last client has left', async () => {
  const { client, directory } = await place.launch({ program: 'train.py', args: ['--steps', '3'] });
  await ended(client);
  expect((await snapshot(client)).summary.status).toBe('completed');
  client.dispose();
  await until(
    'engine.json is gone',
    () => !statSync(join(directory, 'engine.json'), { throwIfNoEntry: false }),
  );
  const recorded = await attachRun(directory);
  const seen = await snapshot(recorded);
  expect(seen.summary).toMatchObject({ status: 'completed', steps: 3 });
  expect(consoleText(seen)).toContain('step 2');
  recorded.dispose();
});
