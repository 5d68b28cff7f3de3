/** Going back to earlier steps, forward again, and on from there. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/protocol/telemetry.js';
import { all, buildProbe, series, Workspace } from './harness.js';
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

const OPTIMIZERS = [
  'sgd(0.05)',
  'momentum(0.05, 0.9)',
  'adam(0.01)',
  'rmsprop(0.01)',
  'adagrad(0.05)',
  'adamax(0.01)',
  'adadelta(0.001)',
];

/** A batch of its own for each step, which the script disposes as it should. */
const batches = (optimizer: string, between = ''): string => `
const { layers } = tf;
const model = tf.sequential();
model.add(layers.dense({ units: 8, activation: 'relu', inputShape: [4], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
model.add(layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
const optimizer = tf.train.${optimizer};
for (let step = 0; step < 12; step++) {
  const x = tf.randomNormal([16, 4], 0, 1, 'float32', step + 1);
  const y = x.sum(1, true);
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x)), true);
  console.log(step, loss.dataSync()[0]);
  tf.dispose([x, y, loss]);
  ${between}
}
console.log(tf.memory().numTensors);
`;

function warnings(held: Peer): ReturnType<typeof all<'notice'>> {
  return all(held.ear.messages, 'notice').filter(({ level }) => level === 'warning');
}

async function back(held: Peer, gate: Gate, steps: number): Promise<Gate> {
  let at = gate;
  for (let count = 0; count < steps; count++) at = await held.next(at, 'back');
  return at;
}

async function undisturbed(body: string): Promise<string> {
  return (await (await run(body, { gear: FREE })).end()).stdout;
}

describe('going back and forth', () => {
  it.each(OPTIMIZERS)('with %s comes to the same numbers, to the last bit', async (optimizer) => {
    const body = batches(optimizer);
    const held = await run(body);
    const gate = await held.holdAt(({ step }) => step === 6);
    let at = await back(held, gate, 6);
    expect(at).toMatchObject({ step: 0, back: 0, ahead: 6 });
    const losses = [at.scalars['loss']];
    while (at.ahead > 0) {
      at = await held.next(at, 'forward');
      losses.push(at.scalars['loss']);
    }
    expect(at).toMatchObject({ step: 6, scalars: gate.scalars });
    expect(losses.slice(0, 6)).toEqual(series(held.ear.messages, 'loss').slice(0, 6));
    const { stdout } = await held.release(at);
    expect(stdout).toBe(await undisturbed(body));
    expect(all(held.ear.messages, 'change')).toEqual([]);
  });

  it('of fit comes to the same numbers', async () => {
    const held = await run(FIT);
    const gate = await held.holdAt(({ step }) => step === 5);
    let at = await back(held, gate, 3);
    expect(at).toMatchObject({ step: 2, epoch: 0, batch: 2 });
    while (at.ahead > 0) at = await held.next(at, 'forward');
    expect((await held.release(at)).stdout).toBe(await undisturbed(FIT));
  });

  it.each(OPTIMIZERS)('computes the steps again with %s when something was changed', async (optimizer) => {
    const held = await run(batches(optimizer));
    const gate = await held.holdAt(({ step }) => step === 4);
    let at = await back(held, gate, 3);
    const { optimizer: options } = await held.ask('roots', { frame: 0 });
    await held.ask('setVariable', { reference: options, name: 'learningRate', value: '0.1 / 4' });
    const losses: unknown[] = [];
    while (at.ahead > 0) {
      at = await held.next(at, 'forward');
      losses.push(at.scalars['loss']);
    }
    await held.release(at);
    const changed = batches(optimizer).replace('const x =', 'if (step === 1) CHANGE;\n  const x =');
    const set = /sgd|momentum/.test(optimizer)
      ? 'optimizer.setLearningRate(0.025)'
      : 'optimizer.learningRate = 0.025';
    const expected = (await undisturbed(changed.replace('CHANGE', set))).split('\n').slice(2, 5);
    expect(losses.map((loss, i) => `${i + 2} ${String(loss)}`)).toEqual(expected);
    expect(warnings(held)).toEqual([]);
    expect(all(held.ear.messages, 'change')).toMatchObject([{ kind: 'value', step: 1 }]);
  });

  it('goes on from the past with the next batch of the script', async () => {
    const body = batches('adam(0.01)');
    const held = await run(body);
    const gate = await held.holdAt(({ step }) => step === 4);
    const at = await back(held, gate, 2);
    const next = await held.next(at, 'go');
    expect(next).toMatchObject({ step: 5, back: 3, ahead: 0 });
    expect(all(held.ear.messages, 'change')).toMatchObject([
      { kind: 'back', step: 4, before: '4', after: '2' },
    ]);
    await held.release(next);
    // As if the script had never come to the batches of the steps 3 and 4.
    const without = body.replace('const y =', 'if (step === 3 || step === 4) continue;\n  const y =');
    const fifth = (await undisturbed(without)).split('\n').find((line) => line.startsWith('5 '));
    expect(`5 ${String(next.scalars['loss'])}`).toBe(fifth);
    expect(series(held.ear.messages, 'loss')).toHaveLength(12);
  });

  it('keeps what the script itself does to the learning rate between the steps', async () => {
    const held = await run(batches('adam(0.01)', 'optimizer.learningRate *= 0.5;'));
    const gate = await held.holdAt(({ step }) => step === 4);
    let at = await back(held, gate, 3);
    const { optimizer } = await held.ask('roots', { frame: 0 });
    await held.ask('setVariable', { reference: optimizer, name: 'beta1', value: '0.5' });
    while (at.ahead > 0) at = await held.next(at, 'forward');
    expect(at.scalars['lr/0']).toBe(gate.scalars['lr/0']);
    await held.release(at);
  });

  it('stands on the recorded gradients where a loss reads its next batch by itself, and says so', async () => {
    const own = batches('sgd(0.05)').replace('minimize(() => tf', 'minimize(() => next() && tf');
    const body = own.replace(
      'for (',
      'let drawn = 0;\nconst next = () => tf.randomNormal([2], 0, 1, "float32", ++drawn).square();\nfor (',
    );
    const held = await run(body);
    const gate = await held.holdAt(({ step }) => step === 4);
    const at = await back(held, gate, 1);
    const { optimizer } = await held.ask('roots', { frame: 0 });
    await held.ask('setVariable', { reference: optimizer, name: 'learningRate', value: '0.1' });
    const forward = await held.next(at, 'forward');
    expect(forward).toMatchObject({ step: 4, scalars: { loss: gate.scalars['loss'] } });
    expect(forward.backLimit?.template).toMatch(/recorded/);
    expect(warnings(held)).toMatchObject([{ code: 'step-not-recomputed' }]);
    await held.release(forward);
  });

  it('keeps as many steps as fit, and says why there are not more', async () => {
    const held = await run(LOOP, { gear: { ...GATED, snapshotBytes: 8000 } });
    const gate = await held.holdAt(({ step }) => step === 20);
    expect(gate.back).toBeGreaterThan(0);
    expect(gate.back).toBeLessThan(20);
    expect(gate.backLimit).toBeDefined();
    await held.release(gate);
    const none = await run(LOOP, { gear: { ...GATED, snapshotBytes: 100 } });
    const first = await none.gate();
    expect(first.back).toBe(0);
    expect(first.backLimit?.template).toMatch(/allowed/);
    await none.release(first);
  });

  it('keeps a hundred steps at most, and does not count them as memory of the script', async () => {
    const large = `
const weights = tf.variable(tf.zeros([1024, 512]));
const optimizer = tf.train.sgd(0.01);
for (let step = 0; step < 120; step++) optimizer.minimize(() => weights.square().mean());
`;
    const held = await run(large, { gear: { ...GATED, snapshotBytes: 2 ** 30 } });
    const gate = await held.holdAt(({ step }) => step === 110);
    expect(gate).toMatchObject({ back: 99, backLimit: { args: [100] } });
    await held.release(gate);
    const memory = series(held.ear.messages, 'memory/process')
      .slice(20, 110)
      .flatMap((bytes) => bytes ?? []);
    expect(memory.length).toBeGreaterThan(2);
    expect(Math.max(...memory) - Math.min(...memory)).toBeLessThan(150 * 2 ** 20);
  });

  it('draws the same random numbers again where the seed is ours', async () => {
    const dropout = batches('adam(0.01)')
      .replace(
        'model.add(layers.dense({ units: 1',
        'model.add(layers.dropout({ rate: 0.5 }));\nmodel.add(layers.dense({ units: 1',
      )
      .replace('model.apply(x)', 'model.apply(x, { training: true })');
    const held = await run(dropout, { environment: { TRAINING_DEBUGGER_SEED: '7' } });
    const gate = await held.holdAt(({ step }) => step === 3);
    const at = await back(held, gate, 2);
    const { optimizer } = await held.ask('roots', { frame: 0 });
    await held.ask('setVariable', { reference: optimizer, name: 'learningRate', value: '0.02' });
    const forward = await held.next(at, 'forward');
    await held.release(forward);
    expect(warnings(held)).toEqual([]);
  });
});
