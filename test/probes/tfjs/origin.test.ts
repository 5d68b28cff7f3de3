/** Where the first value that is not finite came from. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OriginSeen } from '../../../src/protocol/telemetry.js';
import { all, buildProbe, first, lineOf, train, Workspace } from './harness.js';
import { DATA, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

async function originOf(body: string): Promise<OriginSeen> {
  const { messages } = await train(workspace, probe, body);
  expect(all(messages, 'origin')).toHaveLength(1);
  return first(messages, 'origin');
}

/** Four steps of a model of two layers; what goes wrong is put in before, or in the loss. */
const script = (before: string, loss = 'tf.losses.meanSquaredError(y, p)'): string => `${DATA}
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4], name: 'first' }));
  model.add(tf.layers.dense({ units: 3, name: 'second' }));
  const second = model.layers[1];
  let input = x;
  ${before}
  const optimizer = tf.train.sgd(0.001);
  for (let step = 0; step < 4; step++) optimizer.minimize(() => {
    const p = model.apply(input);
    return ${loss};
  });
`;

describe('the origin of a value that is not finite', () => {
  it('is the data', async () => {
    const body = script(
      'input = tf.tensor2d(Array.from(x.dataSync(), (value, i) => (i === 17 ? NaN : value)), [60, 4]);',
    );
    expect(await originOf(body)).toMatchObject({ step: 0, direction: 'input', layer: -1, inputNonFinite: 1 });
  });

  it('is a weight', async () => {
    const body = script('second.setWeights([tf.fill([8, 3], Infinity), tf.zeros([3])]);');
    expect(await originOf(body)).toMatchObject({
      direction: 'parameter',
      layer: 2,
      module: 'second/kernel',
      source: { line: lineOf(REQUIRE + body, "'second'") },
    });
  });

  it('is a layer whose output overflows', async () => {
    const body = script('second.setWeights([tf.fill([8, 3], 3e38), tf.zeros([3])]);');
    const origin = await originOf(body);
    expect(origin).toMatchObject({ direction: 'forward', layer: 2, module: 'second', kind: 'Dense' });
    expect(Number(origin.inputMax)).toBeGreaterThan(0.1);
    expect(origin.outputNonFinite).toBeGreaterThan(0);
  });

  it('is an operation of the loss', async () => {
    const body = script('', 'y.mul(p.mul(0).log()).mean().neg()');
    expect(await originOf(body)).toMatchObject({
      direction: 'loss',
      operation: 'log',
      inputMin: 0,
      inputMax: 0,
      source: { line: lineOf(REQUIRE + body, 'p.mul(0).log()') },
    });
  });

  it('is an operation whose gradient is not finite, of a loss that is', async () => {
    const body = script('', 'p.sub(p.clone()).square().sum().sqrt().add(p.square().mean())');
    expect(await originOf(body)).toMatchObject({
      step: 0,
      direction: 'backward',
      operation: 'sqrt',
      inputMin: 0,
      inputMax: 0,
      source: { line: lineOf(REQUIRE + body, '.sqrt()') },
    });
  });

  it('comes steps later, when a training diverges', async () => {
    const body = script('', 'tf.losses.meanSquaredError(y, p.mul(100))')
      .replace('0.001', '1e10')
      .replace('< 4', '< 9');
    const { step, direction } = await originOf(body);
    expect(step).toBeGreaterThan(0);
    expect(['forward', 'loss', 'backward']).toContain(direction);
  });

  it('is none in a sound training', async () => {
    const { messages } = await train(workspace, probe, script(''));
    expect(all(messages, 'origin')).toEqual([]);
  });
});
