/** Holding a training that speaks the protocol: breakpoints, steps, ranks, requests, and what ends a hold. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachRun } from '../../../src/engine/client.js';
import { killTree } from '../../../src/engine/launch/processTree.js';
import { readEngineFile } from '../../../src/engine/recorder/index.js';
import type { Breakpoints, RunClient } from '../../../src/protocol/runApi.js';
import { formatText } from '../../../src/protocol/values.js';
import { consoleText, ended, isRunning, snapshot, until, Workplace } from '../support/workplace.js';
import { Watcher } from './hold.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

const LONG = ['--tell', '--steps', '100000', '--seconds', '0.005'];

async function train(
  breakpoints: Partial<Breakpoints>,
  raw: Record<string, unknown> = {},
): Promise<Watcher & { directory: string }> {
  const { client, directory } = await place.launch({
    program: 'train.py',
    args: LONG,
    breakpoints: { owner: 'test', exceptions: [], functions: [], ...breakpoints },
    ...raw,
  });
  return Object.assign(new Watcher(client), { directory });
}

async function finish(client: RunClient): Promise<void> {
  const end = ended(client);
  await client.request('stop', {});
  expect(await end).toMatchObject({ status: 'stopped' });
}

const evaluate = (client: RunClient, expression: string, timeout = 5): Promise<unknown> =>
  client.request('inspect', {
    rank: 0,
    call: { method: 'evaluate', params: { expression, frame: 0, context: 'repl', timeout } },
  });

describe('breakpoints', () => {
  test('an expression holds when it becomes true, before the update, from the first step on', async () => {
    const run = await train({ functions: [{ expression: 'step == 2' }, { expression: 'loss < 0.3' }] });
    expect(await run.stop(0)).toMatchObject({
      reason: 'expression',
      expression: 'step == 2',
      ranks: [{ rank: 0, place: { kind: 'step', step: 2, scalars: { loss: 2 / 3 } } }],
    });
    expect(formatText((await run.stop(0)).description)).toBe('step == 2 is true: step = 2');
    const seen = await snapshot(run.client);
    expect(seen.summary.status).toBe('paused');
    expect(seen.stop).toMatchObject({ id: 0 });
    expect(consoleText(seen)).not.toContain('go at 2');
    expect((await run.client.request('measures', { rank: 0 })).values).toMatchObject({ step: 2, best: 1 });
    await run.client.request('resume', {});
    expect((await run.place(1)).step).toBe(6);
    await finish(run.client);
  });

  test('a finding holds before the update, with the finding, where its condition is true', async () => {
    const args = [...LONG, '--nan', '5'];
    const run = await train({ exceptions: [{ filter: 'any-error', condition: 'step > 3' }] }, { args });
    const stop = await run.stop(0);
    expect(stop).toMatchObject({ reason: 'finding', finding: { rule: 'non-finite-loss', step: 5 } });
    expect(stop.ranks[0]?.place.step).toBe(5);
    expect(consoleText(await snapshot(run.client))).not.toContain('go at 5');
    await run.advance('continue');
    await until('it goes on', async () => (await snapshot(run.client)).summary.steps > 10);
    expect(run.stops).toHaveLength(1);
    await finish(run.client);
  });

  test('a condition that is false lets the finding pass', async () => {
    const args = ['--steps', '20', '--nan', '5'];
    const run = await train(
      { exceptions: [{ filter: 'non-finite-loss', condition: 'step > 30' }] },
      { args },
    );
    expect(await ended(run.client)).toMatchObject({ status: 'completed', steps: 20 });
    expect(run.stops).toEqual([]);
  });

  test('are those of every client together, replaced by their owner, and refused with a reason', async () => {
    const run = await train({});
    const { client } = run;
    const told = await client.request('setBreakpoints', {
      owner: 'one',
      exceptions: [{ filter: 'no-such-rule' }],
      functions: [{ expression: 'step > 20' }, { expression: 'los > 1' }],
    });
    expect(told.functions.map(({ verified }) => verified)).toEqual([true, false]);
    expect(told.exceptions[0]?.verified).toBe(false);
    await client.request('setBreakpoints', {
      owner: 'two',
      exceptions: [],
      functions: [{ expression: 'loss > 9' }],
    });
    await run.stop(0);
    await client.request('setBreakpoints', { owner: 'one', exceptions: [], functions: [] });
    await run.advance('continue');
    await until('it goes on', async () => (await snapshot(client)).summary.steps > 40);
    expect(run.stops).toHaveLength(1);
    await finish(client);
  });
});

describe('breakpoints of two windows', () => {
  const none = { owner: 'window', exceptions: [], functions: [] };
  const at = (step: number) => ({ ...none, functions: [{ expression: `step == ${step}` }] });
  const slowly = ['--tell', '--steps', '100000', '--seconds', '0.02'];

  test('hold side by side, and go with the window that set them', async () => {
    const run = await train({}, { args: slowly });
    const step = (await snapshot(run.client)).summary.steps;
    await run.client.request('setBreakpoints', at(step + 100));
    const second = await attachRun(run.directory);
    await second.request('setBreakpoints', at(step + 130));
    await second.request('setBreakpoints', none);
    await second.request('setBreakpoints', at(step + 140));
    expect((await run.place(0)).step).toBe(step + 100);
    await run.client.request('setBreakpoints', none);
    await run.advance('continue');
    expect((await run.place(1)).step).toBe(step + 140);
    second.dispose();
    await finish(run.client);
  });

  test('are taken over by the same window when it was reloaded', async () => {
    const run = await train({}, { args: slowly });
    const step = (await snapshot(run.client)).summary.steps;
    const before = await attachRun(run.directory);
    await before.request('setBreakpoints', at(step + 120));
    before.dispose();
    const after = await attachRun(run.directory);
    await after.request('setBreakpoints', at(step + 160));
    expect((await run.place(0)).step).toBe(step + 160);
    after.dispose();
    await finish(run.client);
  });
});

describe('steps', () => {
  test('go over, back, forward and past an update, and out to the next validation', async () => {
    const run = await train({}, { stopOnEntry: true, args: [...LONG, '--validate', '10'] });
    expect(await run.stop(0)).toMatchObject({ reason: 'entry' });
    expect((await run.place(0)).step).toBe(0);
    await expect(run.advance('back')).rejects.toThrow('There is no earlier step to go back to.');
    await run.advance('over');
    expect(await run.place(1)).toMatchObject({ kind: 'step', step: 1 });
    await run.advance('back');
    expect(await run.place(2)).toMatchObject({ step: 0, ahead: 1 });
    await run.advance('over');
    expect((await run.place(3)).step).toBe(1);
    await run.advance('skip');
    expect((await run.place(4)).step).toBe(2);
    await until('it skips', async () => consoleText(await snapshot(run.client)).includes('skip at 1'));
    await run.advance('out');
    expect(await run.place(5)).toMatchObject({ kind: 'validation', step: 10 });
    await expect(run.advance('skip')).rejects.toThrow('No update waits here');
    expect(run.continued).toBe(5);
    await run.advance('continue');
    await until('it is free', async () => (await snapshot(run.client)).summary.steps > 30);
    await expect(run.advance('over')).rejects.toThrow('Training is not paused.');
    await finish(run.client);
  });
});

describe('ranks', () => {
  const ranks = (args: string[], breakpoints: Partial<Breakpoints> = {}) =>
    train(breakpoints, { program: 'ranks.py', args });

  test('are held at the same step, though they meet in the middle of it', async () => {
    const run = await ranks([]);
    for (let id = 0; id < 3; id++) {
      await until('steps', async () => (await snapshot(run.client)).summary.steps > 10 * (id + 1));
      await run.client.request('pause', {});
      const stop = await run.stop(id, 2);
      expect(stop.reason).toBe('pause');
      expect(stop.ranks[0]?.place.step).toBe(stop.ranks[1]?.place.step);
      await run.client.request('resume', {});
    }
    await finish(run.client);
  });

  test('are all held for what one of them shows', async () => {
    const run = await ranks(['--nan', '4'], { exceptions: [{ filter: 'non-finite-loss' }] });
    const stop = await run.stop(0, 2);
    expect(stop).toMatchObject({ reason: 'finding', rank: 1 });
    expect(stop.ranks.map(({ place: { step } }) => step)).toEqual([4, 4]);
    await run.advance('over');
    expect((await run.stop(1, 2)).ranks.map(({ place: { step } }) => step)).toEqual([5, 5]);
    await finish(run.client);
  });

  test('do not wait for one that has ended, and not for ever for one that does not come', async () => {
    const gone = await ranks(['--leave', '5'], { functions: [{ expression: 'step == 30' }] });
    expect((await gone.stop(0)).ranks).toMatchObject([{ rank: 0, place: { step: 30 } }]);
    await finish(gone.client);
    const late = await ranks(['--late', '1.5'], { functions: [{ expression: 'step == 1' }] });
    expect((await late.stop(0, 2)).ranks.map(({ rank }) => rank)).toEqual([0, 1]);
    await finish(late.client);
  });
});

describe('questions', () => {
  test('are answered while training is held, and refused with a reason otherwise', async () => {
    const run = await train({}, { stopOnEntry: true });
    const { client } = run;
    await run.stop(0);
    expect(await evaluate(client, 'loss')).toEqual({ name: 'loss', value: 'LOSS', reference: 0 });
    await expect(evaluate(client, 'wrong')).rejects.toThrow('There is no name wrong here.');
    await expect(evaluate(client, 'broken')).rejects.toThrow('result.value: expected a string, got 5');
    await expect(evaluate(client, 'hang', 0.2)).rejects.toThrow('does not react to being interrupted');
    expect(await evaluate(client, 'loss')).toMatchObject({ value: 'LOSS' });
    const waiting = evaluate(client, 'slow', 60);
    await run.advance('continue');
    await expect(waiting).rejects.toThrow('The training has gone on since.');
    await expect(evaluate(client, 'loss')).rejects.toThrow('Rank 0 is not paused');
    await finish(client);
    await expect(evaluate(client, 'loss')).rejects.toThrow('Rank 0 is not there');
  });

  test('that are interrupted say so', async () => {
    const run = await train({}, { stopOnEntry: true, env: { INTERRUPTIBLE: '1' } });
    await run.stop(0);
    await expect(evaluate(run.client, 'hang', 0.2)).rejects.toThrow('Interrupted.');
    await finish(run.client);
  });
});

describe('a hold', () => {
  test('is seen by a client that comes later, and left by either', async () => {
    const run = await train({}, { stopOnEntry: true });
    await run.stop(0);
    const second = await attachRun(run.directory);
    expect((await snapshot(second)).stop).toMatchObject({ id: 0, reason: 'entry' });
    await second.request('advance', { how: 'continue' });
    await until('the first is told', () => run.continued === 1);
    second.dispose();
    await finish(run.client);
  });

  test('ends by itself when nobody comes back, which is said', async () => {
    const run = await train({ functions: [{ expression: 'step > 3' }] }, { pauseGrace: 1 });
    await run.stop(0);
    run.client.dispose();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const again = await attachRun(run.directory);
    const seen = await until('it goes on', async () => {
      const now = await snapshot(again);
      return now.summary.steps > 10 ? now : undefined;
    });
    expect(seen.stop).toBeNull();
    expect(seen.notices.map(({ code }) => code)).toContain('pause-abandoned');
    await finish(again);
  });

  test('ends with its training, and when the run is stopped', async () => {
    const stopped = await train({}, { stopOnEntry: true });
    await stopped.stop(0);
    await finish(stopped.client);
    expect((await snapshot(stopped.client)).stop).toBeNull();
    expect(stopped.continued).toBe(1);
    const killed = await train({}, { stopOnEntry: true, args: [...LONG, '--pid-file', 'held.pid'] });
    await killed.stop(0);
    const end = ended(killed.client);
    process.kill(Number(readFileSync(`${place.folder}/held.pid`, 'utf8')), 'SIGKILL');
    expect(await end).toMatchObject({ status: 'failed' });
    expect((await snapshot(killed.client)).stop).toBeNull();
  });

  test('is left by the training when its engine dies', async () => {
    const args = ['--tell', '--steps', '5', '--pid-file', 'orphan.pid'];
    const run = await train({}, { stopOnEntry: true, pauseGrace: 1, args });
    await run.stop(0);
    const pid = Number(readFileSync(`${place.folder}/orphan.pid`, 'utf8'));
    process.kill(readEngineFile(run.directory)?.pid ?? 0, 'SIGKILL');
    await until('it has ended by itself', () => !isRunning(pid)).finally(() => killTree(pid));
    expect(readFileSync(`${run.directory}/console.log`, 'utf8')).toContain('go at 4');
  });
});
