/** Training that is held at gates, left to go, stopped, ended. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { all, buildProbe, lineOf, series, Workspace } from './harness.js';
import { FREE, GATED, Peer } from './peer.js';
import { FIT, LOOP, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

function run(body: string, options: Parameters<typeof Peer.run>[3] = {}): Promise<Peer> {
  workspace.write({ 'train.cjs': REQUIRE + body });
  return Peer.run(workspace, probe, 'train.cjs', options);
}

/** What the script prints without anybody looking. */
async function undisturbed(body: string): Promise<string> {
  const alone = await run(body, { gear: FREE });
  return (await alone.end()).stdout;
}

/** An asynchronous loop that accumulates the gradients of two micro-batches, and validates every third step. */
const ACCUMULATING = `
const x = tf.randomNormal([8, 4], 0, 1, 'float32', 1);
const y = tf.randomNormal([8, 1], 0, 1, 'float32', 2);
const w = tf.variable(tf.ones([4, 1]), true, 'w');
const optimizer = tf.train.sgd(0.1);
const loss = () => tf.losses.meanSquaredError(y, x.matMul(w));
async function train() {
  for (let step = 0; step < 6; step++) {
    const first = tf.variableGrads(loss);
    const second = tf.variableGrads(loss);
    optimizer.applyGradients({ w: tf.add(first.grads.w, second.grads.w).div(2) });
    await tf.nextFrame();
    if (step % 3 === 2) console.log('val', tf.losses.meanSquaredError(tf.ones([5, 1]), tf.ones([5, 4]).matMul(w)).dataSync()[0]);
  }
}
train();
`;

const NEVER_YIELDS = `
const x = tf.randomNormal([64, 32], 0, 1, 'float32', 1);
const w = tf.variable(tf.zeros([32, 1]));
const optimizer = tf.train.sgd(0.01);
try {
  for (let step = 0; ; step++) optimizer.minimize(() => tf.losses.meanSquaredError(tf.ones([64, 1]), x.matMul(w)));
} finally {
  console.log('finally');
}
`;

describe('gates', () => {
  it('are said before every update, with what is measured of the step', async () => {
    const held = await run(LOOP);
    const first = await held.gate();
    expect(first).toMatchObject({ kind: 'step', step: 0, optimizer: 0, back: 0, ahead: 0 });
    expect(first.scalars).toMatchObject({ loss: expect.any(Number), gradNorm: expect.any(Number), 'lr/0': 0.01 });
    expect(first.source?.line).toBe(lineOf(REQUIRE + LOOP, 'optimizer.minimize'));
    expect(all(held.ear.messages, 'steps')).toEqual([]);
    const second = await held.next(first, 'go');
    expect(second).toMatchObject({ step: 1, back: 1 });
    expect((await held.release(second)).code).toBe(0);
    expect(series(held.ear.messages, 'loss')).toHaveLength(30);
    expect(series(held.ear.messages, 'gradNorm').slice(0, 2)).not.toContain(null);
  });

  it.each([
    ['a loop', LOOP],
    ['fit', FIT],
    ['an asynchronous loop', ACCUMULATING],
  ])('of %s let nothing be seen of them in what is computed and printed', async (_name, body) => {
    const gear = { ...GATED, kinds: ['step', 'microBatch', 'validation'] as const };
    const held = await run(body, { gear: { ...gear, kinds: [...gear.kinds] } });
    const visited: string[] = [];
    for (let count = 0; count < 10; count++) {
      const gate = await held.gate();
      visited.push(gate.kind);
      held.verdict(gate, 'hold');
      const frame = await held.frame();
      const roots = await held.ask('roots', { frame });
      for (const reference of Object.values(roots)) if (reference > 0) await held.children(reference);
      await held.ask('evaluate', { expression: 'tf.ones([3]).sum()', frame, context: 'watch', timeout: 5 }).catch(String);
      held.verdict(gate, 'go');
    }
    const gate = await held.gate();
    const { stdout, stderr } = await held.release(gate);
    expect([stdout, stderr]).toEqual([await undisturbed(body), '']);
    expect(visited).toContain('step');
  });

  it('are where gradients are computed that are not applied at once, and where a validation has ended', async () => {
    const held = await run(ACCUMULATING, { gear: { ...GATED, kinds: ['step', 'microBatch', 'validation'] } });
    const seen: string[] = [];
    for (let count = 0; count < 10; count++) {
      const gate = await held.gate();
      seen.push(gate.microBatch === undefined ? gate.kind : `${gate.kind} ${gate.microBatch}`);
      if (gate.kind === 'validation') expect(gate.scalars['validation/loss']).toBeTypeOf('number');
      held.verdict(gate, 'go');
    }
    const step = ['microBatch 0', 'microBatch 1', 'step'];
    expect(seen).toEqual([...step, ...step, ...step, 'validation']);
    await held.release(await held.gate());
  });

  it('are at the end of an epoch of fit with validation', async () => {
    const held = await run(FIT, { gear: { ...GATED, kinds: ['validation'] } });
    const gate = await held.gate();
    expect(gate).toMatchObject({ kind: 'validation', step: 3, epoch: 0 });
    expect(gate.source?.line).toBe(lineOf(REQUIRE + FIT, 'model.fit('));
    expect((await held.release(gate)).code).toBe(0);
  });

  it('are of the kinds that the gear names, from the step that it is changed at', async () => {
    const held = await run(NEVER_YIELDS, { gear: FREE });
    await held.ear.until('steps');
    held.ear.say({ type: 'gear', ...GATED });
    const changed = await held.ear.until('gear');
    const gate = await held.gate();
    expect(changed).toEqual({ type: 'gear', gated: true, passed: gate.step - 1 });
    held.ear.say({ type: 'stop' });
    expect(await held.end()).toMatchObject({ code: 85, stdout: 'finally\n' });
  });
});

describe('a held training', () => {
  it('stays where it is until the verdict, and says so', async () => {
    const held = await run(LOOP);
    const gate = await held.holdAt(({ step }) => step === 3);
    expect(await held.ear.until('state')).toMatchObject({ state: 'paused', step: 3 });
    expect(series(held.ear.messages, 'loss')).toHaveLength(3);
    await held.release(gate);
    expect(all(held.ear.messages, 'state').at(-1)).toMatchObject({ state: 'running', step: 3 });
    const [, ...times] = series(held.ear.messages, 'time/step');
    expect(times.filter((time) => time !== null).every((time) => time < 5)).toBe(true);
  });

  it('leaves an update out when it is told to skip it', async () => {
    const held = await run(LOOP);
    const gate = await held.holdAt(({ step }) => step === 3);
    const next = await held.next(gate, 'skip');
    expect(next.scalars['loss']).toBe(gate.scalars['loss']);
    await held.release(next);
    expect(all(held.ear.messages, 'change')).toMatchObject([{ kind: 'skip', step: 3 }]);
    expect(series(held.ear.messages, 'skipped').slice(2, 5)).toEqual([null, 1, null]);
  });

  it('is stopped at once, and its last blocks run', async () => {
    const held = await run(NEVER_YIELDS);
    await held.holdAt(({ step }) => step === 2);
    held.ear.say({ type: 'stop' });
    const { code, stdout, stderr } = await held.end();
    expect([code, stdout]).toEqual([85, 'finally\n']);
    expect(stderr).toBe('Training Debugger: Training stopped after step 2.\n');
    expect(held.ear.messages.at(-1)).toMatchObject({ type: 'bye', reason: 'stopped' });
  });

  it('may be ended by an expression', async () => {
    const held = await run(NEVER_YIELDS);
    await held.holdAt(({ step }) => step === 2);
    const frame = await held.frame();
    void held.send('evaluate', { expression: 'process.exit(3)', frame, context: 'repl', timeout: 5 });
    const { code, stderr } = await held.end();
    expect([code, stderr.replace('Waiting for the debugger to disconnect...\n', '')]).toEqual([3, '']);
    expect(held.ear.messages.at(-1)).toMatchObject({ type: 'bye', reason: 'failed' });
  });

  it('goes on by itself when the engine is gone', async () => {
    const held = await run(LOOP, { gear: { ...GATED, grace: 0.1 } });
    await held.holdAt(({ step }) => step === 2);
    await held.ear.until('state');
    held.ear.die();
    expect((await held.done).code).toBe(0);
  });

  it('is not waited for where there is no engine', async () => {
    workspace.write({ 'train.cjs': REQUIRE + LOOP });
    const environment = { TRAINING_DEBUGGER_SOCKET: `unix:${workspace.file('nobody.sock')}` };
    const alone = await Peer.run(workspace, probe, 'train.cjs', { environment });
    expect((await alone.end()).code).toBe(0);
  });
});
