import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeMembers } from '../../src/engine/launch/processTree.js';
import { consoleText, ended, isRunning, snapshot, until, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

test('a stop is graceful first: the script ends by itself, between two steps', async () => {
  const { client } = await place.launch({ program: 'train.py', args: ['--steps', '5000'] });
  await until('it runs', async () => (await snapshot(client)).summary.steps > 2);
  await client.request('stop', {});
  expect((await snapshot(client)).summary.status).toBe('stopping');
  const summary = await ended(client);
  expect(summary).toMatchObject({ status: 'stopped', exitCode: 130, problem: null });
  expect(summary.steps).toBeLessThan(5000);
});

test('a script without a probe is interrupted at once, as by Ctrl+C', async () => {
  const { client } = await place.launch({ program: 'wait.py' });
  await until('it waits', async () => consoleText(await snapshot(client)).includes('waiting'));
  await client.request('stop', {});
  const summary = await ended(client);
  expect(summary.status).toBe('stopped');
  expect(consoleText(await snapshot(client))).toContain('KeyboardInterrupt');
});

test('a second stop leaves no process of a script that ignores signals and has children of every kind', async () => {
  const { client } = await place.launch({ program: 'stubborn.py' });
  const leader = await until('it is ready', async () => {
    const ready = /ready (\d+)/.exec(consoleText(await snapshot(client)));
    return ready === null ? undefined : Number(ready[1]);
  });
  const marker = { marker: `STUBBORN=${join(place.folder, 'stubborn.py')}` };
  const members = treeMembers(leader, marker);
  expect(members.length).toBeGreaterThanOrEqual(4);
  await client.request('stop', {});
  await client.request('stop', {});
  expect(await ended(client)).toMatchObject({ status: 'stopped' });
  expect(members.filter(isRunning)).toEqual([]);
  expect(treeMembers(leader, marker)).toEqual([]);
});
