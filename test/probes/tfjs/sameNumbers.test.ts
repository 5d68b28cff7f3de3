/** Whatever is measured, a script computes the same numbers and holds the same memory as without the probe. */
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { all, buildProbe, nodes, observe, series, start, Workspace } from './harness.js';
import { DATA } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const SEEDED = 'kernelInitializer: tf.initializers.glorotUniform({ seed: 3 })';
const SHOW =
  'const show = (loss) => { console.log(loss.dataSync()[0], JSON.stringify(tf.memory())); loss.dispose(); };';

const SCRIPTS: Record<string, string> = {
  'a network with dropout, batch normalisation and frozen weights, in fit with validation data': `${DATA}
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4], trainable: false, ${SEEDED} }));
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.dropout({ rate: 0.3, seed: 4 }));
    model.add(tf.layers.dense({ units: 3, activation: 'softmax', ${SEEDED} }));
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    // Whoever listens to epochs makes fit free its history at each of them, as the probe does.
    const callbacks = { onEpochEnd: () => undefined, onBatchEnd: (batch, logs) => console.log(logs.loss, JSON.stringify(tf.memory())) };
    model.fit(x, y, { epochs: 4, batchSize: 16, validationData: [x, y], shuffle: false, verbose: 0, callbacks })
      .then(({ history }) => console.log(JSON.stringify(history), JSON.stringify(tf.memory())));
  `,
  'a convolutional network in a loop': `${SHOW}
    const x = tf.randomNormal([6, 12, 12, 2], 0, 1, 'float32', 1);
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3).toFloat();
    const model = tf.sequential();
    model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 2], ${SEEDED} }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({ units: 3, ${SEEDED} }));
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < 12; step++)
      show(optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.predict(x)), true));
  `,
  'an own network with an own loss, in tidy, with a validation loss now and then': `${SHOW}
    const [x, t] = [tf.randomNormal([30, 4], 0, 1, 'float32', 1), tf.randomNormal([30, 1], 0, 1, 'float32', 2)];
    const w = tf.variable(tf.randomNormal([4, 8], 0, 1, 'float32', 3));
    const v = tf.variable(tf.randomNormal([8, 1], 0, 1, 'float32', 4));
    const net = (input) => tf.tidy(() => input.matMul(w).tanh().matMul(v));
    const optimizer = tf.train.rmsprop(0.01);
    for (let step = 0; step < 25; step++) {
      show(optimizer.minimize(() => tf.tidy(() => net(x).sub(t).square().mean()), true));
      if (step % 5 === 0) show(tf.tidy(() => tf.losses.meanSquaredError(t.slice(0, 9), net(x.slice(0, 9)))));
    }
  `,
  'one that diverges to NaN': `${SHOW}
    const [x, t] = [tf.randomNormal([30, 4], 0, 1, 'float32', 1), tf.randomNormal([30, 1], 0, 1, 'float32', 2)];
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 5, activation: 'relu', inputShape: [4], ${SEEDED} }), tf.layers.dense({ units: 1, ${SEEDED} })] });
    const optimizer = tf.train.sgd(500);
    for (let step = 0; step < 12; step++)
      show(optimizer.minimize(() => tf.losses.meanSquaredError(t, model.apply(x)), true));
  `,
  'variableGrads on a recurrent network, with averaged gradients': `
    const [x, t] = [tf.randomNormal([10, 6, 2], 0, 1, 'float32', 1), tf.randomUniform([10, 1], 0, 1, 'float32', 2)];
    const init = { kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }), recurrentInitializer: tf.initializers.glorotUniform({ seed: 2 }) };
    const model = tf.sequential({ layers: [tf.layers.gru({ units: 3, inputShape: [6, 2], ...init }), tf.layers.dense({ units: 1, activation: 'sigmoid', ${SEEDED} })] });
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < 8; step++) {
      const { value, grads } = tf.variableGrads(() => tf.losses.logLoss(t, model.apply(x)));
      optimizer.applyGradients(grads);
      console.log(value.dataSync()[0], JSON.stringify(tf.memory()));
      tf.dispose([value, grads]);
    }
  `,
};

describe.each(nodes())('with every measure taken at every step on %s', (node) => {
  it.each(Object.keys(SCRIPTS))('%s', async (name) => {
    const head = `const tf = require(${JSON.stringify(path.join(probe, 'embedded.cjs'))});\n`;
    workspace.write({ 'train.cjs': head + SCRIPTS[name]! });
    const environment = { TRAINING_DEBUGGER_BUDGET: '1' };
    const alone = await start(workspace, { script: 'train.cjs', node }).done;
    const watched = await observe(workspace, { script: 'train.cjs', node, probe, environment });
    expect(alone.code).toBe(0);
    expect(alone.stdout.split('\n').length).toBeGreaterThan(8);
    expect([watched.code, watched.stdout, watched.stderr]).toEqual([alone.code, alone.stdout, alone.stderr]);
    expect(all(watched.messages, 'notice').filter(({ code }) => code === 'measure-disabled')).toEqual([]);
    expect(all(watched.messages, 'activations').length).toBeGreaterThan(2);
  });
});

describe('a loss that is none', () => {
  it.each([
    ['undefined', '() => undefined'],
    ['a number', '() => 3'],
    ['of two numbers', '() => w.square()'],
    ['thrown', "() => { throw new RangeError('mine'); }"],
  ])('ends the script as without the probe: %s', async (_name, loss) => {
    const head = `const tf = require(${JSON.stringify(path.join(probe, 'embedded.cjs'))});\n`;
    const body = `
      const w = tf.variable(tf.tensor1d([1, 2]));
      const optimizer = tf.train.sgd(0.1);
      try { optimizer.minimize(${loss}); } catch (error) { console.log(error.name, error.message); }
      console.log(JSON.stringify(tf.memory()), w.dataSync().join());
      optimizer.minimize(() => w.square().sum());
      console.log(JSON.stringify(tf.memory()), w.dataSync().join());
    `;
    workspace.write({ 'train.cjs': head + body });
    const alone = await start(workspace, { script: 'train.cjs' }).done;
    const watched = await observe(workspace, { script: 'train.cjs', probe });
    expect([watched.code, watched.stdout, watched.stderr]).toEqual([alone.code, alone.stdout, alone.stderr]);
    expect(alone.stdout.split('\n')).toHaveLength(4);
    expect(series(watched.messages, 'loss')).toEqual([5]);
  });
});
