/** Each measure against a computation that the script makes by itself. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeMessage } from '../../../src/protocol/telemetry.js';
import {
  all,
  buildProbe,
  decodeFloats,
  first,
  lineOf,
  series,
  train as trainScript,
  Workspace,
  type Observed,
} from './harness.js';
import { DATA, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const train = (body: string, environment?: Record<string, string>): Promise<Observed> =>
  trainScript(workspace, probe, body, environment);

function printed(ran: Observed): Record<string, number[]>[] {
  return ran.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, number[]>);
}

function close(actual: number | null | undefined, expected: number, digits = 5): void {
  expect(Math.abs(actual! / expected - 1)).toBeLessThan(10 ** -digits);
}

/** A whole budget: every step is measured. */
const ALWAYS = { TRAINING_DEBUGGER_BUDGET: '1' };

/** Gradients and weights in plain JavaScript, printed for each step. */
const BY_HAND = `
const x = tf.randomNormal([20, 3], 0, 1, 'float32', 3);
const y = tf.randomNormal([20, 2], 0, 1, 'float32', 4);
const w = tf.variable(tf.randomNormal([3, 2], 0, 1, 'float32', 5), true, 'w');
const b = tf.variable(tf.zeros([2]), true, 'b');
const optimizer = tf.train.momentum(0.05, 0.9);
const norm = (values) => Math.hypot(...values);
for (let step = 0; step < 8; step++) {
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, x.matMul(w).add(b)));
  const before = [...w.dataSync(), ...b.dataSync()];
  const gradients = [Array.from(grads.w.dataSync()), Array.from(grads.b.dataSync())];
  const weights = [norm(w.dataSync()), norm(b.dataSync())];
  optimizer.applyGradients(grads);
  const after = [...w.dataSync(), ...b.dataSync()];
  console.log(JSON.stringify({
    loss: [value.dataSync()[0]],
    gradNorm: [norm(gradients.flat())],
    each: gradients.map(norm),
    weights,
    weightNorm: [norm(before)],
    update: [norm(after.map((v, i) => v - before[i])) / norm(before)],
  }));
  tf.dispose([value, grads]);
}
`;

describe('gradients, weights and updates', () => {
  it('are as computed by hand, in a loop of variableGrads and applyGradients', async () => {
    const ran = await train(BY_HAND, ALWAYS);
    const expected = printed(ran);
    const [gradNorm, weightNorm, ratio] = ['gradNorm', 'weightNorm', 'updateRatio'].map((name) =>
      series(ran.messages, name),
    );
    expect(series(ran.messages, 'loss')).toEqual(expected.map(({ loss }) => loss![0]));
    expected.forEach((step, index) => {
      close(gradNorm![index], step['gradNorm']![0]!);
      close(weightNorm![index], step['weightNorm']![0]!);
      close(ratio![index], step['update']![0]!, 4);
    });
    expect(first(ran.messages, 'parameters').parameters).toMatchObject([
      { name: 'w', shape: [3, 2], layer: -1, optimizer: 0 },
      { name: 'b', shape: [2], layer: -1, optimizer: 0 },
    ]);
    const { step, gradNorm: each, weightNorm: weights } = first(ran.messages, 'parameterMeasures');
    decodeFloats(each).forEach((value, index) => close(value, expected[step]!['each']![index]!));
    close(decodeFloats(weights)[0], expected[step]!['weights']![0]!);
    expect(series(ran.messages, 'lr/0')).toEqual(Array(8).fill(0.05));
    expect(series(ran.messages, 'samples')).toEqual(Array(8).fill(20));
  });

  it('name the variables of the first gradient that is not finite', async () => {
    const body = `
      const a = tf.variable(tf.scalar(1), true, 'good');
      const b = tf.variable(tf.scalar(0), true, 'bad');
      const optimizer = tf.train.sgd(0.1);
      for (let step = 0; step < 3; step++) optimizer.minimize(() => a.square().add(b.abs().sqrt().mul(0)).asScalar());
    `;
    const ran = await train(body, ALWAYS);
    const seen = all(ran.messages, 'nonFinite');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ step: 0, where: 'gradient', names: ['bad'] });
  });

  it('say the step at which the loss is not finite', async () => {
    const body = `
      const w = tf.variable(tf.tensor1d([1, 2]));
      const optimizer = tf.train.sgd(1e15);
      for (let step = 0; step < 6; step++) {
        const loss = optimizer.minimize(() => tf.losses.meanSquaredError(tf.tensor1d([3, 4]), w.square()), true);
        console.log(JSON.stringify({ loss: [Number.isFinite(loss.dataSync()[0]) ? 1 : 0] }));
      }
    `;
    const ran = await train(body);
    const broken = printed(ran).findIndex(({ loss }) => loss![0] === 0);
    expect(broken).toBeGreaterThan(0);
    const seen = first(ran.messages, 'nonFinite');
    expect(seen.step).toBeLessThanOrEqual(broken);
    expect(series(ran.messages, 'loss')[broken]).not.toSatisfy(Number.isFinite);
  });
});

describe('losses', () => {
  const facts = (messages: ProbeMessage[]): object => first(messages, 'loss');
  const once = (loss: string): string => `
    const p = tf.variable(tf.tensor2d([[0.5, -0.2], [0.1, 0.3], [0.2, 0.9]]));
    const t = tf.tensor2d([[1, 0], [0, 1], [1, 0]]);
    tf.train.sgd(0.1).minimize(() => ${loss});
  `;

  it.each([
    [
      'tf.losses.softmaxCrossEntropy(t, p)',
      { function: 'cross_entropy', classes: 2, elements: 3, pure: true },
    ],
    [
      'tf.losses.softmaxCrossEntropy(t, p, undefined, 0.1)',
      { function: 'cross_entropy', labelSmoothing: 0.1 },
    ],
    ['tf.losses.softmaxCrossEntropy(t, p, 1, 0, tf.Reduction.SUM)', { reduction: 'sum', pure: true }],
    [
      'tf.losses.softmaxCrossEntropy(t, p, tf.tensor1d([1, 2, 3]))',
      { function: 'unknown', meanTargetWeight: 2 },
    ],
    [
      'tf.losses.sigmoidCrossEntropy(t, p)',
      { function: 'binary_cross_entropy_with_logits', targetMean: 0.5 },
    ],
    [
      'tf.losses.meanSquaredError(t, p)',
      { function: 'mse_loss', targetMeanSquare: 0.5, targetVariance: 0.25 },
    ],
    ['tf.losses.absoluteDifference(t, p)', { function: 'l1_loss', targetMeanAbsolute: 0.5 }],
    ['tf.losses.huberLoss(t, p)', { function: 'huber_loss' }],
    ['tf.losses.logLoss(t, p.sigmoid())', { function: 'binary_cross_entropy' }],
    ['tf.losses.logLoss(t, p.softmax())', { function: 'unknown' }],
    ['tf.metrics.categoricalCrossentropy(t, p.softmax()).mean()', { function: 'cross_entropy', pure: true }],
    ['tf.losses.meanSquaredError(t, p).add(p.square().sum())', { function: 'mse_loss', pure: false }],
    ['p.square().mean()', { function: 'unknown', pure: false }],
  ])('%s', async (loss, expected) => {
    const { messages } = await train(once(loss));
    expect(facts(messages)).toMatchObject(expected);
  });

  it('of a model that was loaded are marked', async () => {
    const body = `${DATA}
      const make = () => tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      (async () => {
        await make().save('file://saved');
        const model = await tf.loadLayersModel('file://saved/model.json');
        tf.train.sgd(0.1).minimize(() => tf.losses.softmaxCrossEntropy(y, model.predict(x)));
      })();
    `;
    expect(facts((await train(body)).messages)).toMatchObject({ resumed: true });
    expect(facts((await train(once('p.square().mean()'))).messages)).not.toHaveProperty('resumed');
  });

  it('of two optimizers are two series', async () => {
    const body = `
      const [d, g] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
      const [dOptimizer, gOptimizer] = [tf.train.sgd(0.1), tf.train.adam(0.2)];
      for (let step = 0; step < 4; step++) {
        dOptimizer.minimize(() => d.square().asScalar(), false, [d]);
        gOptimizer.minimize(() => g.sub(d).square().asScalar(), false, [g]);
      }
    `;
    const { messages } = await train(body, ALWAYS);
    expect(series(messages, 'loss').map((value) => value !== null)).toEqual(
      Array(4).fill([true, false]).flat(),
    );
    expect(series(messages, 'loss/1').map((value) => value !== null)).toEqual(
      Array(4).fill([false, true]).flat(),
    );
    expect(series(messages, 'lr/1.0')).toEqual(Array(4).fill([null, 0.2]).flat());
    expect(all(messages, 'optimizer').map(({ id, name }) => [id, name])).toEqual([
      [0, 'SGD'],
      [1, 'Adam'],
    ]);
  });

  it('of micro-batches whose gradients are averaged are averaged', async () => {
    const body = `
      const w = tf.variable(tf.scalar(1), true, 'w');
      const optimizer = tf.train.sgd(0.1);
      for (let step = 0; step < 3; step++) {
        const parts = [1, 2].map((t) => tf.variableGrads(() => tf.losses.meanSquaredError(tf.scalar(t), w)));
        const mean = (parts[0].value.dataSync()[0] + parts[1].value.dataSync()[0]) / 2;
        console.log(JSON.stringify({ loss: [mean] }));
        optimizer.applyGradients({ w: parts[0].grads.w.add(parts[1].grads.w).div(2) });
      }
    `;
    const ran = await train(body);
    const expected = printed(ran).map(({ loss }) => loss![0]!);
    series(ran.messages, 'loss').forEach((value, index) => close(value, expected[index]!));
  });
});

describe('data and validation', () => {
  it('describe the first batch', async () => {
    const body = `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      tf.train.sgd(0.1).minimize(() => tf.losses.softmaxCrossEntropy(y, model.predict(x)));
      const values = Array.from(x.dataSync());
      console.log(JSON.stringify({ range: [Math.min(...values), Math.max(...values), values.reduce((a, b) => a + b) / values.length] }));
    `;
    const ran = await train(body);
    const [input, target] = first(ran.messages, 'batch').tensors;
    const [min, max, mean] = printed(ran)[0]!['range']!;
    expect(input).toMatchObject({ name: 'input', shape: [60, 4], dtype: 'float32', min, max, nonFinite: 0 });
    close(Number(input!.mean), mean!);
    expect(target).toMatchObject({ name: 'target', shape: [60, 3], min: 0, max: 1 });
  });

  it('gather losses outside of training into validations, with their accuracy', async () => {
    const body = `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      const [vx, vy] = [tf.randomNormal([30, 4], 0, 1, 'float32', 9), y.slice(0, 30)];
      const optimizer = tf.train.adam(0.05);
      for (let epoch = 0; epoch < 3; epoch++) {
        for (let i = 0; i < 5; i++) optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.predict(x)));
        tf.tidy(() => {
          const loss = tf.losses.softmaxCrossEntropy(vy, model.predict(vx)).dataSync()[0];
          const hits = model.predict(vx).argMax(1).equal(vy.argMax(1)).toFloat().mean().dataSync()[0];
          console.log(JSON.stringify({ loss: [loss], accuracy: [hits] }));
        });
      }
    `;
    const ran = await train(body);
    const seen = all(ran.messages, 'validation');
    expect(seen.map(({ step }) => step)).toEqual([5, 10, 15]);
    printed(ran).forEach(({ loss, accuracy }, index) => {
      close(Number(seen[index]!.scalars['validation/loss']), loss![0]!);
      close(Number(seen[index]!.scalars['validation/accuracy']), accuracy![0]!);
    });
    expect(seen[0]!.source).toMatchObject({ line: lineOf(REQUIRE + body, 'const loss = tf.losses') });
  });

  it('report model.evaluate', async () => {
    const body = `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })] });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      (async () => {
        await model.fit(x, y, { epochs: 1, verbose: 0 });
        const [loss, accuracy] = model.evaluate(x, y);
        console.log(JSON.stringify({ loss: [loss.dataSync()[0]], accuracy: [accuracy.dataSync()[0]] }));
      })();
    `;
    const ran = await train(body);
    const { scalars, step } = first(ran.messages, 'validation');
    expect([step, scalars['validation/loss'], scalars['validation/accuracy']]).toEqual([
      2,
      printed(ran)[0]!['loss']![0],
      printed(ran)[0]!['accuracy']![0],
    ]);
  });

  it('observe fitDataset, trainOnBatch and callbacks of the user', async () => {
    const body = `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })] });
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
      const data = tf.data.zip({ xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync()) }).batch(20);
      (async () => {
        const calls = [];
        await model.fitDataset(data, { epochs: 2, verbose: 0, validationData: data, callbacks: { onEpochEnd: (epoch, logs) => void calls.push(logs.val_loss) } });
        console.log(JSON.stringify({ calls }));
        const loss = await model.trainOnBatch(x, y);
        console.log(JSON.stringify({ calls: [loss] }));
      })();
    `;
    const ran = await train(body);
    const [{ calls }, { calls: last }] = printed(ran) as [Record<string, number[]>, Record<string, number[]>];
    expect(series(ran.messages, 'loss')).toHaveLength(7);
    expect(series(ran.messages, 'loss').at(-1)).toBe(last![0]);
    expect(all(ran.messages, 'validation').map(({ scalars }) => scalars['validation/loss'])).toEqual(calls);
    expect(all(ran.messages, 'epoch')).toHaveLength(2);
  });
});

describe('seeds and cost', () => {
  it('makes a run repeat itself', async () => {
    const body = `
      const w = tf.variable(tf.randomNormal([4]));
      tf.train.sgd(0.1).minimize(() => w.square().mean());
      console.log(w.dataSync().join());
    `;
    const [one, two, other] = [
      await train(body, seed('7')),
      await train(body, seed('7')),
      await train(body, seed('8')),
    ];
    expect(one.stdout).toBe(two.stdout);
    expect(one.stdout).not.toBe(other.stdout);
    expect(first(one.messages, 'runtime').seeds).toEqual({ 'Math.random': 7 });
  });

  it('measures rarely where measuring would cost more than its share', async () => {
    const body = `
      const w = tf.variable(tf.zeros([20000]));
      const optimizer = tf.train.sgd(0.1);
      const once = tf.variable(tf.scalar(1));
      for (let step = 0; step < 200; step++) optimizer.minimize(() => once.square().add(w.slice(0, 1).sum()).asScalar());
    `;
    const measured = async (budget: string): Promise<number> => {
      const { messages } = await train(body, { TRAINING_DEBUGGER_BUDGET: budget });
      expect(series(messages, 'loss').filter((value) => value !== null)).toHaveLength(200);
      return series(messages, 'updateRatio').filter((value) => value !== null).length;
    };
    const [rarely, often] = [await measured('0.005'), await measured('1')];
    expect(rarely).toBeGreaterThanOrEqual(5);
    expect(rarely).toBeLessThan(often / 2);
  });

  it('measures at two steps of every doubling, however little it may cost', async () => {
    const body = `
      const w = tf.variable(tf.ones([50]));
      const optimizer = tf.train.sgd(0.001);
      for (let step = 0; step < 100; step++) optimizer.minimize(() => w.square().sum());
    `;
    const { messages } = await train(body, { TRAINING_DEBUGGER_BUDGET: '1e-9' });
    // Counted from 1; the first of them tell what a measure costs.
    const laterThan8 = (name: string): number[] =>
      series(messages, name).flatMap((value, step) => (value === null || step < 8 ? [] : [step + 1]));
    expect(laterThan8('gradNorm')).toEqual([12, 16, 24, 32, 48, 64, 96]);
    expect(laterThan8('updateRatio')).toEqual([12, 16, 24, 32, 48, 64, 96]);
    expect(all(messages, 'parameterMeasures').length).toBeGreaterThanOrEqual(13);
  });
});

function seed(value: string): Record<string, string> {
  return { TRAINING_DEBUGGER_SEED: value };
}
