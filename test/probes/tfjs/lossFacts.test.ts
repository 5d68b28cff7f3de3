/** What a loss function was called with, against what the script does. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { all, buildProbe, first, lineOf, observe, train, Workspace } from './harness.js';
import { DATA, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

async function lossOf(body: string): Promise<LossSeen> {
  return first((await train(workspace, probe, body)).messages, 'loss');
}

/** One step on logits of 3 x 2 that a weight makes. */
const once = (loss: string, target = '[[1, 0], [0, 1], [1, 0]]'): string => `
  const w = tf.variable(tf.tensor2d([[0.5, -0.2], [0.1, 0.3]]));
  const x = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
  const t = tf.tensor2d(${target});
  tf.train.sgd(0.1).minimize(() => { const p = x.matMul(w); return ${loss}; });
`;

const fit = (layers: string, compile: string, data = 'x, y'): string => `${DATA}
  const model = tf.sequential();
  ${layers}
  model.compile({ optimizer: 'sgd', ${compile} });
  model.fit(${data}, { epochs: 1, verbose: 0 });
`;
const dense = (options: string): string => `model.add(tf.layers.dense({ inputShape: [4], ${options} }));`;

describe('what made the input of a loss function', () => {
  it.each([
    ['tf.losses.softmaxCrossEntropy(t, p)', 'none'],
    ['tf.losses.softmaxCrossEntropy(t, p.add(tf.scalar(1)))', 'none'],
    ['tf.losses.softmaxCrossEntropy(t, p.softmax())', 'softmax'],
    ['tf.losses.softmaxCrossEntropy(t, p.softmax().reshape([3, 2]))', 'softmax'],
    ['tf.losses.softmaxCrossEntropy(t, tf.logSoftmax(p))', 'log_softmax'],
    ['tf.losses.softmaxCrossEntropy(t, p.relu())', 'relu'],
    ['tf.losses.sigmoidCrossEntropy(t, tf.sigmoid(p))', 'sigmoid'],
    ['tf.losses.logLoss(t, p.sigmoid().clipByValue(1e-7, 1 - 1e-7))', 'sigmoid'],
    ['tf.losses.meanSquaredError(t, p.tanh())', 'tanh'],
    ['tf.losses.meanSquaredError(t, p.square().add(1).log())', 'log'],
    ['tf.losses.meanSquaredError(t, p.mul(2))', 'other'],
    ['p.tanh().sub(t).square().mean()', 'tanh'],
  ])('%s: %s', async (loss, activation) => {
    const body = once(loss);
    const seen = await lossOf(body);
    expect(seen.outputActivation).toBe(activation);
    expect(seen.outputSource).toMatchObject({ line: lineOf(REQUIRE + body, 'minimize') });
  });

  it.each([
    [dense("units: 3, activation: 'softmax'"), 'softmax', 'softmax'],
    [`${dense('units: 3')} model.add(tf.layers.softmax());`, 'softmax', 'tf.layers.softmax'],
    [
      `${dense('units: 3')} model.add(tf.layers.activation({ activation: 'sigmoid' }));`,
      'sigmoid',
      'tf.layers.activation',
    ],
    [dense("units: 3, activation: 'relu'"), 'relu', 'relu'],
    [dense('units: 3'), 'none', 'units: 3'],
  ])('of a model of layers: %s', async (layers, activation, place) => {
    const body = fit(layers, "loss: 'categoricalCrossentropy'");
    const seen = await lossOf(body);
    expect(seen).toMatchObject({ function: 'cross_entropy', expects: 'probabilities' });
    expect(seen.outputActivation).toBe(activation);
    expect(seen.outputSource).toMatchObject({ line: lineOf(REQUIRE + body, place) });
  });
});

describe('what goes into a loss function', () => {
  it('is told with its range', async () => {
    const seen = await lossOf(once('tf.losses.meanSquaredError(t, p)', '[[1, 0], [7, -3], [1, 0.5]]'));
    const output = [0.7, 0.4, 1.9, 0.6, 3.1, 0.8];
    const mean = output.reduce((a, b) => a + b) / 6;
    const std = Math.sqrt(output.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6);
    expect(seen).toMatchObject({ targetMin: -3, targetMax: 7, targetDistinct: 5 });
    expect(seen).toMatchObject({ outputShape: [3, 2], targetShape: [3, 2] });
    expect(Number(seen.outputMin)).toBeCloseTo(0.4, 5);
    expect(Number(seen.outputMax)).toBeCloseTo(3.1, 5);
    expect(Number(seen.outputStd)).toBeCloseTo(std, 5);
    expect(seen).not.toHaveProperty('expects');
  });

  it('is told of labels that are no class', async () => {
    const wrong = `
      const sparse = tf.tensor1d(labels.map((label) => label + 1)).toFloat();
      const hot = tf.oneHot(tf.tensor1d(labels.map((label) => label + 1), 'int32'), 3).toFloat();
    `;
    const layers = `${wrong}${dense("units: 3, activation: 'softmax'")}`;
    const sparse = await lossOf(fit(layers, "loss: 'sparseCategoricalCrossentropy'", 'x, sparse'));
    expect(sparse).toMatchObject({ targetMin: 1, targetMax: 3, classes: 3, expects: 'probabilities' });
    const hot = await lossOf(fit(layers, "loss: 'categoricalCrossentropy'", 'x, hot'));
    expect(hot.targetRowsWithoutClass).toBeGreaterThan(5);
    const right = await lossOf(fit(layers, "loss: 'categoricalCrossentropy'"));
    expect(right.targetRowsWithoutClass).toBe(0);
  });
});

describe('a loss that the script writes out', () => {
  it.each([
    ['p.sub(t).square().mean()', { function: 'mse_loss', reduction: 'mean', pure: true }],
    ['t.sub(p).square().mean()', { function: 'mse_loss', pure: true, outputShape: [3, 2] }],
    ['tf.squaredDifference(t, p).sum()', { function: 'mse_loss', reduction: 'sum', pure: true }],
    ['tf.pow(p.sub(t), 2).mean()', { function: 'mse_loss', pure: true }],
    ['p.sub(t).abs().mean()', { function: 'l1_loss', pure: true }],
    ['p.sub(t).square().mean().add(w.square().sum())', { function: 'mse_loss', pure: false }],
    ['p.sub(t).square().mean().mul(3)', { function: 'mse_loss', pure: false }],
  ])('%s', async (loss, expected) => {
    expect(await lossOf(once(loss))).toMatchObject({ ...expected, targetMean: 0.5 });
  });

  it.each([
    ['tf.losses.softmaxCrossEntropy(t, p).neg()', true],
    ['tf.losses.softmaxCrossEntropy(t, p).sub(1)', undefined],
    ['tf.losses.meanSquaredError(t, p).mul(-1)', true],
  ])('is told with a minus before it: %s', async (loss, is) => {
    expect((await lossOf(once(loss))).negated).toBe(is);
  });

  it.each(['p.sub(1).square().mean()', 'p.sub(x.matMul(w)).square().mean()', 'p.sub(t).mean()'])(
    'is unknown where nothing in it is a label: %s',
    async (loss) => expect(await lossOf(once(loss))).toMatchObject({ function: 'unknown' }),
  );

  it('shows shapes that only fit each other by broadcasting', async () => {
    const body = `
      const w = tf.variable(tf.ones([4, 1]));
      const [x, t] = [tf.randomNormal([12, 4], 0, 1, 'float32', 1), tf.randomNormal([12], 0, 1, 'float32', 2)];
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++) optimizer.minimize(() => x.matMul(w).sub(t).square().mean());
    `;
    expect(await lossOf(body)).toMatchObject({
      function: 'mse_loss',
      outputShape: [12, 1],
      targetShape: [12],
    });
  });
});

describe('the sum of several loss functions', () => {
  it('is told with each of them, and the value of the first', async () => {
    const seen = await lossOf(
      once('tf.losses.softmaxCrossEntropy(t, p).add(tf.losses.meanSquaredError(t, p.sigmoid()).mul(10))'),
    );
    expect(seen).toMatchObject({ function: 'cross_entropy', outputActivation: 'none', pure: false });
    expect(Number(seen.value)).toBeGreaterThan(0.5);
    expect(Number(seen.value)).toBeLessThan(1.5);
    expect(seen.terms).toMatchObject([{ function: 'mse_loss', outputActivation: 'sigmoid' }]);
  });

  it('is told of those that the script writes out, beside those of the framework', async () => {
    const own = 'p.tanh().sub(t).square().sum(1).mean()';
    const seen = await lossOf(once(`tf.losses.huberLoss(t, p).add(${own}).add(w.square().sum())`));
    expect(seen).toMatchObject({ function: 'huber_loss', reduction: 'mean' });
    expect(seen.terms).toMatchObject([
      { function: 'mse_loss', reduction: 'sum', elements: 2, outputActivation: 'tanh' },
    ]);
  });

  it('leaves out what the loss does not depend on, and calls from one function to another', async () => {
    const seen = await lossOf(
      once(
        '(tf.losses.absoluteDifference(t, p), tf.metrics.meanSquaredError(t, p).mean().add(w.square().sum()))',
      ),
    );
    expect(seen).toMatchObject({ function: 'mse_loss', pure: false });
    expect(seen).not.toHaveProperty('terms');
    const layers = dense("units: 3, activation: 'softmax'");
    const given = await lossOf(fit(layers, 'loss: (t, p) => tf.losses.huberLoss(t, p).mul(2)'));
    expect(given).toMatchObject({ function: 'huber_loss', pure: false });
    expect(given).not.toHaveProperty('terms');
  });

  it('is told of a model of several outputs', async () => {
    const body = `${DATA}
      const input = tf.input({ shape: [4] });
      const kind = tf.layers.dense({ units: 3, activation: 'softmax' }).apply(input);
      const size = tf.layers.dense({ units: 4, activation: 'relu' }).apply(input);
      const model = tf.model({ inputs: input, outputs: [kind, size] });
      model.compile({ optimizer: 'sgd', loss: ['categoricalCrossentropy', 'meanSquaredError'] });
      model.fit(x, [y, x], { epochs: 1, verbose: 0 });
    `;
    const seen = await lossOf(body);
    expect(seen).toMatchObject({ function: 'cross_entropy', outputActivation: 'softmax', pure: false });
    expect(seen.terms).toMatchObject([{ function: 'mse_loss', outputActivation: 'relu' }]);
    expect(seen.terms?.[0]?.outputSource).toMatchObject({ line: lineOf(REQUIRE + body, 'units: 4') });
  });

  it('of a function of the script is known by what it writes out', async () => {
    const layers = dense("units: 3, activation: 'softmax'");
    const seen = await lossOf(fit(layers, 'loss: (t, p) => p.sub(t).square().mean(-1)'));
    expect(seen).toMatchObject({ function: 'mse_loss', pure: true, outputActivation: 'softmax' });
  });
});

describe('a loss function that throws', () => {
  async function failing(body: string): Promise<Awaited<ReturnType<typeof observe>>> {
    workspace.write({ 'train.cjs': REQUIRE + body });
    const ran = await observe(workspace, { script: 'train.cjs', probe });
    expect(ran.code).toBe(1);
    return ran;
  }

  it('is told with its arguments, and the script ends as it would', async () => {
    const body = once('tf.losses.meanSquaredError(t, p.sum(1))', '[[1, 0], [7, -3], [1, 0.5]]');
    const { messages, stderr } = await failing(body);
    expect(stderr).toMatch(/Shapes.*must match/s);
    expect(first(messages, 'lossFailed')).toMatchObject({
      step: 0,
      function: 'mse_loss',
      message: expect.stringMatching(/must match/) as string,
      source: { line: lineOf(REQUIRE + body, 'minimize') },
      outputShape: [3],
      targetShape: [3, 2],
      targetMin: -3,
      targetMax: 7,
    });
    expect(all(messages, 'exception')).toHaveLength(1);
  });

  it('is told when fit refuses the target', async () => {
    const body = fit(dense("units: 5, activation: 'softmax'"), "loss: 'categoricalCrossentropy'");
    const { messages } = await failing(body);
    expect(first(messages, 'lossFailed')).toMatchObject({
      function: 'cross_entropy',
      outputShape: [60, 5],
      targetShape: [60, 3],
      classes: 5,
      targetMax: 1,
      source: { line: lineOf(REQUIRE + body, 'model.fit') },
    });
  });
});
