/** What is told of the data, against what the script feeds. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { all, buildProbe, first, series, train, Workspace, type Observed } from './harness.js';
import { DATA } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const run = (body: string): Promise<Observed> => train(workspace, probe, body);

const MODEL = `
const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
`;

describe('the first batch', () => {
  it('has features: of very different scale, constant, far from zero', async () => {
    const body = `
      const rows = Array.from({ length: 32 }, (_, i) => [(i % 2) * 2 - 1, 1000 * ((i % 2) * 2 - 1), 5, 50 + (i % 2) * 2 - 1]);
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
      model.compile({ optimizer: tf.train.sgd(1e-9), loss: 'meanSquaredError' });
      model.fit(tf.tensor2d(rows), tf.zeros([32, 1]), { verbose: 0 });
    `;
    const [input, target] = first((await run(body)).messages, 'batch').tensors;
    expect(input).toMatchObject({ name: 'input', shape: [32, 4], constant: 0.25, zeros: 0 });
    expect(Number(input!.featureScale)).toBeCloseTo(1000, 1);
    expect(Number(input!.featureOffset)).toBeCloseTo(50, 3);
    expect(Number(input!.std)).toBeGreaterThan(400);
    expect(target).toMatchObject({ name: 'target', std: 0, zeros: 1, constant: 1 });
  });

  it('is found where there is no model: the input of an own network, and of an autoencoder', async () => {
    const own = `
      const [x, t] = [tf.randomNormal([9, 4]), tf.randomNormal([9, 1])];
      const w = tf.variable(tf.zeros([4, 1]));
      tf.train.sgd(0.1).minimize(() => x.matMul(w).sub(t).square().mean());
    `;
    expect(first((await run(own)).messages, 'batch').tensors.map(({ name, shape }) => [name, shape])).toEqual(
      [
        ['input', [9, 4]],
        ['target', [9, 1]],
      ],
    );
    const gathered = `
      const [x, t] = [tf.randomNormal([90, 8]), tf.randomNormal([90, 1])];
      const w = tf.variable(tf.zeros([8, 1]));
      tf.train.sgd(0.1).minimize(() => {
        const rows = tf.tensor1d([4, 8, 15, 16, 23], 'int32');
        return tf.gather(x, rows).mul(2).matMul(w).sub(tf.gather(t, rows)).square().mean();
      });
    `;
    expect(first((await run(gathered)).messages, 'batch').tensors.map(({ shape }) => shape)).toEqual([
      [5, 8],
      [5, 1],
    ]);
    const autoencoder = `
      const x = tf.randomNormal([9, 4]);
      const w = tf.variable(tf.randomNormal([4, 4]));
      tf.train.sgd(0.1).minimize(() => tf.losses.meanSquaredError(x, x.matMul(w)));
    `;
    expect(first((await run(autoencoder)).messages, 'batch').tensors.map(({ shape }) => shape)).toEqual([
      [9, 4],
      [9, 4],
    ]);
  });
});

describe('a batch that is gone before the loss is known', () => {
  it('costs no measure', async () => {
    const body = `
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => tf.tidy(() => model.predict(tf.randomNormal([8, 4])).sub(tf.randomNormal([8, 1])).square().mean()));
        optimizer.minimize(() => tf.tidy(() => model.apply(tf.randomNormal([8, 4])).square().mean()));
      }`;
    const { messages } = await run(body);
    expect(all(messages, 'notice').map(({ code }) => code)).toEqual(['backend-fallback']);
    const marks = series(messages, 'batchFingerprint');
    expect(new Set(marks).size).toBe(6);
  });
});

describe('fingerprints', () => {
  it('are equal for equal batches only', async () => {
    const body = `${DATA}${MODEL}model.fit(x, y, { epochs: 2, batchSize: 20, shuffle: false, verbose: 0 });`;
    const marks = series((await run(body)).messages, 'batchFingerprint');
    expect(marks).toHaveLength(6);
    expect(marks.slice(3)).toEqual(marks.slice(0, 3));
    expect(new Set(marks).size).toBe(3);
  });

  it('change with shuffling', async () => {
    const body = `${DATA}${MODEL}model.fit(x, y, { epochs: 2, batchSize: 20, verbose: 0 });`;
    expect(new Set(series((await run(body)).messages, 'batchFingerprint')).size).toBe(6);
  });
});

describe('labels', () => {
  it('are counted in each batch, of one-hot, sparse and binary targets', async () => {
    const sorted = `const sorted = tf.oneHot(tf.tensor1d([...labels].sort(), 'int32'), 3).toFloat();`;
    const hot = `${DATA}${MODEL}${sorted}model.fit(x, sorted, { batchSize: 20, shuffle: false, verbose: 0 });`;
    const told = all((await run(hot)).messages, 'labels');
    expect(told.map(({ epoch, batch, counts }) => [epoch, batch, counts])).toEqual([
      [0, 0, [20, 0, 0]],
      [0, 1, [0, 20, 0]],
      [0, 2, [0, 0, 20]],
    ]);
    const sparse = `${DATA}${MODEL.replace("'categ", "'sparseCateg")}
      model.fit(x, tf.tensor1d(labels).toFloat(), { batchSize: 60, verbose: 0 });`;
    expect(first((await run(sparse)).messages, 'labels').counts).toEqual([20, 20, 20]);
    const binary = `
      const w = tf.variable(tf.zeros([2, 1]));
      const t = tf.tensor2d([[1], [0], [0], [0]]);
      tf.train.sgd(0.1).minimize(() => tf.losses.sigmoidCrossEntropy(t, tf.ones([4, 2]).matMul(w)));`;
    expect(first((await run(binary)).messages, 'labels').counts).toEqual([3, 1]);
  });

  it('are not told of the constant targets of a GAN', async () => {
    const body = `
      const w = tf.variable(tf.ones([2, 1]));
      const optimizer = tf.train.sgd(0.1);
      const loss = (target) => tf.losses.sigmoidCrossEntropy(target([4, 1]), tf.ones([4, 2]).matMul(w));
      for (let i = 0; i < 2; i++) optimizer.minimize(() => loss(tf.ones).add(loss(tf.zeros)));`;
    expect(all((await run(body)).messages, 'labels')).toEqual([]);
  });

  it('are counted of a regression on whole numbers, one for each example', async () => {
    const regress = (targets: string): string => `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      model.fit(x, ${targets}, { batchSize: 60, verbose: 0 });`;
    const counts = async (targets: string): Promise<number[][]> =>
      all((await run(regress(targets))).messages, 'labels').map((told) => told.counts);
    expect(await counts('tf.tensor2d(labels, [60, 1])')).toEqual([[20, 20, 20]]);
    expect(await counts('tf.tensor2d(labels.map((c) => c + 0.5), [60, 1])')).toEqual([]);
    expect(await counts('tf.tensor2d(labels.map((c) => c - 1), [60, 1])')).toEqual([]);
    expect(await counts('tf.ones([60, 1])')).toEqual([]);
  });

  it('are not told of a regression', async () => {
    const body = `${DATA}${MODEL.replace('categoricalCrossentropy', 'meanSquaredError')}model.fit(x, y, { verbose: 0 });`;
    expect(all((await run(body)).messages, 'labels')).toEqual([]);
  });
});

describe('what fit is given', () => {
  const loaders = async (fit: string): Promise<object[]> =>
    all((await run(`${DATA}${MODEL}(async () => { ${fit} })();`)).messages, 'loader').map(
      ({ role, batchSize, batches, examples, shuffled }) => ({
        role,
        batchSize,
        batches,
        examples,
        shuffled,
      }),
    );

  it('is told as loaders', async () => {
    expect(
      await loaders('await model.fit(x, y, { epochs: 2, batchSize: 16, validationSplit: 0.2, verbose: 0 });'),
    ).toEqual([
      { role: 'train', batchSize: 16, batches: 3, examples: 48, shuffled: true },
      { role: 'validation', batchSize: 16, batches: 1, examples: 12, shuffled: false },
    ]);
    const set = `const set = tf.data.zip({ xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync()) }).batch(20);`;
    expect(await loaders(`${set} await model.fitDataset(set, { epochs: 2, verbose: 0 });`)).toEqual([
      { role: 'train', batchSize: null, batches: 3, examples: undefined, shuffled: null },
    ]);
  });

  it('is not told of calls of one epoch, and once for each line', async () => {
    expect(
      await loaders('for (let i = 0; i < 3; i++) await model.fit(x, y, { epochs: 1, verbose: 0 });'),
    ).toEqual([]);
    expect(
      await loaders(
        'for (let i = 0; i < 3; i++) await model.fit(x, y, { epochs: 2, shuffle: false, verbose: 0 });',
      ),
    ).toEqual([{ role: 'train', batchSize: 32, batches: 2, examples: 60, shuffled: false }]);
  });
});

describe('steps', () => {
  it('leave in bundles, whatever is measured with them', async () => {
    const body = `${DATA}
      const w = tf.variable(tf.zeros([4, 3]));
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 400; i++) optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, x.matMul(w)));`;
    const { messages } = await run(body);
    expect(series(messages, 'loss')).toHaveLength(400);
    const sent = all(messages, 'steps');
    const seconds = sent.at(-1)!.time.at(-1)! - sent[0]!.time[0]!;
    const others = all(messages, 'parameterMeasures').length;
    expect(sent.length).toBeLessThan(20 * seconds + 2 * others + 10);
    expect(all(messages, 'labels').length).toBeGreaterThan(60);
  });
});

describe('slices of the data', () => {
  const shares = async (batch: string, data = DATA): Promise<(number | null)[]> => {
    const body = `${data}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++)
        optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y.slice([0, 0], [15, 3]), model.apply(${batch})));`;
    return series((await run(body)).messages, 'sliceShare');
  };

  it('are told with their share of it, where each step has its own', async () => {
    expect(await shares('x.slice([15 * i, 0], [15, 4])')).toEqual([0.25, 0.25, 0.25]);
    expect(await shares('x.slice([0, 0], [15, 4])')).toEqual([0.25, 0.25, 0.25]);
  });

  it('are not told where the batch is cut once, gathered, or of fewer features', async () => {
    const cut = `${DATA}const once = x.slice([0, 0], [15, 4]);`;
    expect(new Set((await shares('once', cut)).slice(1))).toEqual(new Set([null]));
    const gathered = 'x.gather(tf.range(15 * i, 15 * (i + 1), 1, "int32"))';
    expect(await shares(gathered)).toEqual([null, null, null]);
    const wide = `${DATA}const wide = tf.concat([x, x], 1);`;
    expect(await shares('wide.slice([0, 0], [15, 4])', wide)).toEqual([null, null, null]);
  });
});

describe('a call of evaluate', () => {
  it.each([
    ['model.evaluate(x, y)'],
    ['await model.evaluateDataset(tf.data.zip({ xs: rows(x), ys: rows(y) }).batch(20), {})'],
    ['tf.losses.softmaxCrossEntropy(y, model.predict(x))'],
  ])('is one validation: %s', async (call) => {
    const body = `${DATA}
      const rows = (tensor) => tf.data.array(tensor.arraySync());
      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: 'softmax' })] });
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      (async () => {
        await model.fit(x, y, { epochs: 1, verbose: 0 });
        ${call};
      })();`;
    const { messages } = await train(workspace, probe, body);
    expect(all(messages, 'validation')).toHaveLength(1);
  });
});

describe('validation data', () => {
  const SPLIT = `const part = (tensor, from, size) => tensor.slice([from, 0], [size, tensor.shape[1]]);`;

  it.each([
    ['none of the training data', 'part(x, 0, 40), part(y, 0, 40)', 0],
    ['some of it', 'part(x, 0, 50), part(y, 0, 50)', 10],
    ['all of it', 'x, y', 20],
  ])('of fit: %s', async (_name, training, shared) => {
    const body = `${DATA}${MODEL}${SPLIT}
      model.fit(${training}, { epochs: 2, verbose: 0, validationData: [part(x, 40, 20), part(y, 40, 20)] });`;
    const { messages } = await run(body);
    expect(all(messages, 'overlap')).toHaveLength(1);
    expect(first(messages, 'overlap')).toMatchObject({ compared: 20, shared, repeated: 0 });
    expect(first(messages, 'validation').mode).toEqual({ trainingMode: false, gradients: false });
  });

  it('of an own loop, with the mode that its model was called in', async () => {
    const loop = (call: string): string => `${DATA}${SPLIT}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 3, inputShape: [4] }));
      model.add(tf.layers.dropout({ rate: 0.5 }));
      const [trainX, trainY, testX, testY] = [part(x, 0, 45), part(y, 0, 45), part(x, 40, 20), part(y, 40, 20)];
      const optimizer = tf.train.sgd(0.1);
      for (let epoch = 0; epoch < 2; epoch++) {
        optimizer.minimize(() => tf.losses.softmaxCrossEntropy(trainY, model.apply(trainX, { training: true })));
        tf.losses.softmaxCrossEntropy(testY, ${call}).dataSync();
      }`;
    const right = (await run(loop('model.predict(testX)'))).messages;
    expect(first(right, 'overlap')).toMatchObject({ compared: 20, shared: 5, training: 45 });
    expect(first(right, 'validation').mode).toEqual({ gradients: false, trainingMode: false });
    const wrong = (await run(loop('model.apply(testX, { training: true })'))).messages;
    expect(first(wrong, 'validation').mode).toEqual({ gradients: false, trainingMode: true });
  });

  it('is not taken for a leak where a script measures itself on its training data', async () => {
    const body = `${DATA}
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      const again = [x.clone(), y.clone()];
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x)));
        tf.losses.softmaxCrossEntropy(again[1], model.predict(again[0])).dataSync();
      }`;
    const { messages } = await run(body);
    expect(all(messages, 'validation').length).toBeGreaterThan(0);
    expect(all(messages, 'overlap')).toEqual([]);
  });
});

describe('memory', () => {
  it('shows tensors that a loop never frees', async () => {
    const body = `
      const w = tf.variable(tf.ones([300, 300]));
      const optimizer = tf.train.sgd(1e-6);
      for (let i = 0; i < 80; i++) {
        optimizer.minimize(() => w.matMul(w).sum());
        w.square();
      }`;
    const counts = series((await run(body)).messages, 'memory/tensors').filter((count) => count !== null);
    expect(counts.length).toBeGreaterThan(2);
    expect(counts.at(-1)! - counts[0]!).toBeGreaterThan(30);
  });
});
