/** Activations and parameters, against what the script computes by itself. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActivationMeasures, ParametersSeen } from '../../../src/protocol/telemetry.js';
import { all, buildProbe, decodeFloats, first, lineOf, train, Workspace, type Observed } from './harness.js';
import { DATA, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const ALWAYS = { TRAINING_DEBUGGER_BUDGET: '1' };
const run = (body: string): Promise<Observed> => train(workspace, probe, body, ALWAYS);

describe('activations', () => {
  const outputs = async (body: string): Promise<ActivationMeasures['layers']> =>
    first((await run(body)).messages, 'activations').layers;

  it('of layers are as computed by hand', async () => {
    const body = `${DATA}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 6, activation: 'relu', inputShape: [4] }));
      model.add(tf.layers.dropout({ rate: 0.01 }));
      model.add(tf.layers.dense({ units: 3 }));
      const [kernel] = model.layers[0].getWeights();
      // The third unit never gets above zero.
      model.layers[0].setWeights([kernel, tf.tensor1d([0, 0, -100, 0, 0, 0])]);
      const out = Array.from(model.layers[0].apply(x).dataSync());
      console.log(JSON.stringify({ min: Math.min(...out), max: Math.max(...out), mean: out.reduce((a, b) => a + b) / out.length }));
      tf.train.sgd(0.1).minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })));
    `;
    const ran = await run(body);
    const { layers } = first(ran.messages, 'activations');
    const expected = JSON.parse(ran.stdout) as Record<string, number>;
    expect(layers.map(({ kind, layer }) => [kind, layer])).toEqual([
      ['relu', 1],
      ['Dropout', 2],
      ['Dense', 3],
    ]);
    const [relu] = layers;
    expect(relu).toMatchObject({ nonFinite: 0, source: { line: lineOf(REQUIRE + body, 'units: 6') } });
    for (const name of ['min', 'max', 'mean'] as const)
      expect(Number(relu![name])).toBeCloseTo(expected[name]!, 4);
    expect(relu!.dead).toBeCloseTo(1 / 6);
    expect(layers[2]).not.toHaveProperty('dead');
  });

  it('called as functions are told with their lines; those inside of a loss function are its own affair', async () => {
    const body = `
      const w = tf.variable(tf.tensor2d([[30, 0.01]]));
      const [x, t] = [tf.tensor2d([[1], [-1], [2]]), tf.tensor2d([[1, 0], [0, 1], [1, 1]])];
      const net = () => {
        const hidden = tf.tanh(x.matMul(w));
        return hidden.relu();
      };
      tf.train.sgd(0.1).minimize(() => tf.losses.sigmoidCrossEntropy(t, net()));
    `;
    const [tanh, relu, ...more] = await outputs(body);
    expect(more).toEqual([]);
    expect(tanh).toMatchObject({ kind: 'tanh', layer: -1, saturated: 0.5 });
    expect(tanh!.source).toMatchObject({ line: lineOf(REQUIRE + body, 'tf.tanh') });
    expect(relu).toMatchObject({ kind: 'relu', min: 0, dead: 0 });
    expect(relu!.source).toMatchObject({ line: lineOf(REQUIRE + body, 'hidden.relu') });
  });

  it('of fit, and of a recurrent network, are those of its layers', async () => {
    const body = `
      const model = tf.sequential();
      model.add(tf.layers.lstm({ units: 4, inputShape: [5, 2] }));
      model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
      model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
      model.fit(tf.randomNormal([8, 5, 2]), tf.ones([8, 1]), { verbose: 0 });
    `;
    expect((await outputs(body)).map(({ kind }) => kind)).toEqual(['LSTM', 'sigmoid']);
  });

  it('are zero in spread where every example gives the same', async () => {
    const body = `
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: 'tanh', inputShape: [2] })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      model.fit(tf.ones([6, 2]), tf.ones([6, 3]), { verbose: 0 });
    `;
    expect(Number((await outputs(body))[0]!.spread)).toBeCloseTo(0, 6);
  });
});

describe('layers of a class of the script', () => {
  it('are located where they are put to use, and measured', async () => {
    const body = `
      class Scale extends tf.layers.Layer {
        static className = 'Scale';
        build() { this.scale = this.addWeight('scale', [1], 'float32', tf.initializers.ones()); super.build(); }
        call(inputs) { return tf.tidy(() => (Array.isArray(inputs) ? inputs[0] : inputs).mul(this.scale.read())); }
        computeOutputShape(shape) { return shape; }
      }
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 3, inputShape: [2] }));
      model.add(new Scale({}));
      tf.train.sgd(0.1).minimize(() => model.apply(tf.ones([4, 2])).square().mean());
    `;
    const { messages } = await run(body);
    const { layers } = first(messages, 'layers');
    expect(layers[2]).toMatchObject({ kind: 'Scale', source: { line: lineOf(REQUIRE + body, 'new Scale') } });
    expect(first(messages, 'activations').layers.map(({ layer, kind }) => [layer, kind])).toEqual([
      [1, 'Dense'],
      [2, 'Scale'],
    ]);
  });
});

describe('parameters', () => {
  const last = ({ messages }: Observed): ParametersSeen['parameters'] =>
    all(messages, 'parameters').at(-1)!.parameters;

  it('begin with the weights before the first step', async () => {
    const body = `
      const w = tf.variable(tf.tensor1d([1, 2, 6]), true, 'w');
      for (let i = 0; i < 3; i++) tf.train.sgd(0.1).minimize(() => w.square().sum());
    `;
    const [w] = last(await run(body));
    expect(w).toMatchObject({ name: 'w', initial: { mean: 3 } });
    expect(Number(w!.initial!.std)).toBeCloseTo(Math.sqrt(14 / 3), 5);
    expect(w).not.toHaveProperty('requiresGrad');
  });

  it('that are frozen are told from the start, statistics of batch normalisation never', async () => {
    const body = `${DATA}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 4, inputShape: [4], name: 'frozen', trainable: false }));
      model.add(tf.layers.batchNormalization({ name: 'norm' }));
      model.add(tf.layers.dense({ units: 3, name: 'head', activation: 'softmax' }));
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
      model.fit(x, y, { epochs: 2, verbose: 0 });
    `;
    const ran = await run(body);
    const told = first(ran.messages, 'parameters').parameters;
    expect(told.map(({ name, optimizer, requiresGrad = true }) => [name, optimizer, requiresGrad])).toEqual([
      ['norm/gamma', 0, true],
      ['norm/beta', 0, true],
      ['head/kernel', 0, true],
      ['head/bias', 0, true],
      ['frozen/kernel', -1, false],
      ['frozen/bias', -1, false],
    ]);
    const { gradNorm } = first(ran.messages, 'parameterMeasures');
    expect(decodeFloats(gradNorm).map(Number.isNaN)).toEqual([false, false, false, false, true, true]);
  });

  it('that the optimizer was not given are told after a few steps', async () => {
    const body = `${DATA}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 4, inputShape: [4], name: 'forgotten' }));
      model.add(tf.layers.dense({ units: 3, name: 'head' }));
      const target = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], name: 'elsewhere' })] });
      const variables = model.layers[1].trainableWeights.map((weight) => weight.val);
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 14; i++)
        optimizer.minimize(() => tf.losses.meanSquaredError(target.apply(x), model.apply(x)), false, variables);
    `;
    const ran = await run(body);
    expect(first(ran.messages, 'parameters').parameters.map(({ name }) => name)).toEqual([
      'head/kernel',
      'head/bias',
    ]);
    expect(last(ran).map(({ name, optimizer }) => [name, optimizer])).toEqual([
      ['head/kernel', 0],
      ['head/bias', 0],
      ['forgotten/kernel', -1],
      ['forgotten/bias', -1],
    ]);
  });

  it('that no gradient reaches are told as those of their optimizer', async () => {
    const body = `
      const [a, b] = ['a', 'b'].map((name) => tf.variable(tf.tensor1d([1, 2]), true, name));
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++) optimizer.minimize(() => a.mul(tf.round(b)).sum().add(tf.argMax(b)), false, [a, b]);
      const c = tf.variable(tf.tensor1d([1, 2]), true, 'c');
      for (let i = 0; i < 3; i++) optimizer.minimize(() => a.mul(tf.oneHot(c.argMax(), 2)).sum(), false, [a, c]);
    `;
    const told = last(await run(body));
    expect(told.find(({ name }) => name === 'c')).toMatchObject({ optimizer: 0 });
  });
});
