/** Real trainings, held: on the newest and the oldest torch, one process and two. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleText, ended, OLD_PYTHON, PYTHON, snapshot, until, Workplace } from '../support/workplace.js';
import { Watcher } from './hold.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

const PYTHONS = [
  ['the newest torch', PYTHON],
  ['the oldest torch', OLD_PYTHON],
] as const;

async function train(raw: Record<string, unknown>): Promise<Watcher> {
  return new Watcher((await place.launch(raw)).client);
}

test.each(PYTHONS)(
  'a gradient that is not finite is held before it reaches the weights, and its update left out, on %s',
  async (_, interpreter) => {
    const breakpoints = { owner: 'test', exceptions: [{ filter: 'non-finite-gradient' }], functions: [] };
    const run = await train({ program: 'nan.py', interpreter, breakpoints });
    expect(await run.stop(0, 1, 60)).toMatchObject({
      reason: 'finding',
      finding: { rule: 'non-finite-gradient', step: 3 },
      ranks: [{ place: { kind: 'step', step: 3, scalars: { gradNorm: 'NaN' } } }],
    });
    await run.advance('skip');
    expect((await run.place(1)).step).toBe(4);
    const end = ended(run.client);
    await run.advance('continue');
    expect(await end).toMatchObject({ status: 'completed', steps: 6 });
    const seen = await snapshot(run.client);
    expect(consoleText(seen)).toContain('step 5 finite True');
    expect(seen.changes).toMatchObject([{ kind: 'skip', step: 3 }]);
  },
  120_000,
);

test('an expression over measures holds a real training, which goes on as if nothing had been', async () => {
  const losses = (text: string): string[] => text.match(/loss \S+/g) ?? [];
  const free = await train({ program: 'digits.py', interpreter: OLD_PYTHON });
  await ended(free.client);
  const functions = [{ expression: 'loss < 0.5 * best + 1 and gradNorm > 0 and step == 12' }];
  const breakpoints = { owner: 'test', exceptions: [], functions };
  const held = await train({ program: 'digits.py', interpreter: OLD_PYTHON, breakpoints });
  expect(await held.place(0)).toMatchObject({ kind: 'step', step: 12 });
  const end = ended(held.client);
  await held.advance('continue');
  await end;
  const printed = losses(consoleText(await snapshot(held.client)));
  expect(printed).toHaveLength(40);
  expect(printed).toEqual(losses(consoleText(await snapshot(free.client))));
}, 120_000);

test('a real training goes back, forward again and on, changed by hand as the record says', async () => {
  const breakpoints = { owner: 'test', exceptions: [], functions: [{ expression: 'step == 5' }] };
  const run = await train({ program: 'digits.py', interpreter: OLD_PYTHON, breakpoints });
  const present = await run.place(0);
  expect(present.back).toBeGreaterThan(0);
  await run.advance('back');
  expect(await run.place(1)).toMatchObject({ step: 4, ahead: 1 });
  await run.advance('over');
  expect(await run.place(2)).toMatchObject({ step: 5, ahead: 0, scalars: { loss: present.scalars['loss'] } });
  await run.advance('back');
  await run.place(3);
  const end = ended(run.client);
  await run.advance('continue');
  expect(await end).toMatchObject({ status: 'completed' });
  expect((await snapshot(run.client)).changes).toMatchObject([{ kind: 'back' }]);
}, 120_000);

test('a training goes on from a checkpoint that was saved while it was held', async () => {
  const breakpoints = { owner: 'test', exceptions: [], functions: [{ expression: 'step == 8' }] };
  const run = await train({ program: 'digits.py', interpreter: OLD_PYTHON, breakpoints });
  const stop = await run.place(0);
  const file = join(place.folder, 'held.pt');
  const call = { method: 'saveCheckpoint' as const, params: { file } };
  expect(await run.client.request('inspect', { rank: 0, call })).toMatchObject({ file });
  await run.client.request('stop', {});
  const again = await train({
    program: 'digits.py',
    interpreter: OLD_PYTHON,
    resumeFrom: file,
    stopOnEntry: true,
  });
  expect((await again.place(0)).scalars['loss']).toBe(stop.scalars['loss']);
  await again.client.request('stop', {});
}, 120_000);

test('two ranks that reduce their gradients together are held at one step, and go on', async () => {
  const run = await train({ program: 'ddp.py', nprocPerNode: 2, args: ['--steps', '100000000'] });
  await until('it runs', async () => (await snapshot(run.client)).summary.steps > 5, 60);
  for (let id = 0; id < 3; id++) {
    await run.client.request('pause', {});
    const { ranks } = await run.stop(id, 2);
    expect(ranks.map(({ rank }) => rank)).toEqual([0, 1]);
    expect(ranks[0]?.place.step).toBe(ranks[1]?.place.step);
    const { steps } = (await snapshot(run.client)).summary;
    await run.client.request('resume', {});
    await until('it goes on', async () => (await snapshot(run.client)).summary.steps > steps + 20);
  }
  const functions = [{ expression: 'step % 100 == 0' }];
  await run.client.request('setBreakpoints', { owner: 'test', exceptions: [], functions });
  const { ranks } = await run.stop(3, 2);
  await run.advance('over');
  const next = await run.stop(4, 2);
  expect(next.ranks.map(({ place: { step } }) => step)).toEqual(ranks.map(({ place: { step } }) => step + 1));
  await run.client.request('stop', {});
  expect(await ended(run.client)).toMatchObject({ status: 'stopped' });
}, 180_000);
