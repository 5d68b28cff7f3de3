import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProbe } from './harness.js';

let tf: typeof Tf;

beforeAll(async () => {
  const file = path.join(await buildProbe(), 'embedded.cjs');
  tf = createRequire(file)(file) as typeof Tf;
});

type Layer = Tf.layers.Layer;
type Make = (tf: typeof Tf) => Layer;

/** The default, a hard sigmoid, has kinks that finite differences stumble over. */
const smooth = { recurrentActivation: 'sigmoid' as const };

const LAYERS: [string, number[], Make][] = [
  ['dense', [4, 5], (t) => t.layers.dense({ units: 3, activation: 'tanh' })],
  [
    'conv2d',
    [2, 6, 6, 3],
    (t) => t.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
  ],
  ['conv1d', [2, 8, 3], (t) => t.layers.conv1d({ filters: 4, kernelSize: 3, activation: 'sigmoid' })],
  ['depthwiseConv2d', [2, 5, 5, 3], (t) => t.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
  [
    'separableConv2d',
    [2, 5, 5, 3],
    (t) => t.layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
  ],
  [
    'conv2dTranspose',
    [2, 3, 3, 2],
    (t) => t.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
  ],
  ['batchNormalization', [6, 4], (t) => t.layers.batchNormalization()],
  ['layerNormalization', [6, 4], (t) => t.layers.layerNormalization()],
  ['simpleRNN', [2, 5, 3], (t) => t.layers.simpleRNN({ units: 4 })],
  ['lstm', [2, 5, 3], (t) => t.layers.lstm({ units: 4, ...smooth })],
  ['lstm, all outputs', [2, 5, 3], (t) => t.layers.lstm({ units: 4, returnSequences: true, ...smooth })],
  ['gru', [2, 5, 3], (t) => t.layers.gru({ units: 4, ...smooth })],
  [
    'bidirectional',
    [2, 4, 3],
    (t) =>
      t.layers.bidirectional({
        layer: t.layers.lstm({ units: 3, ...smooth }),
        mergeMode: 'concat',
      }),
  ],
  ['timeDistributed', [2, 4, 3], (t) => t.layers.timeDistributed({ layer: t.layers.dense({ units: 2 }) })],
  ['prelu', [3, 4], (t) => t.layers.prelu()],
];

function setWeights(layer: Layer): void {
  layer.setWeights(
    layer
      .getWeights()
      .map((weight, index) => tf.randomUniform(weight.shape, -0.7, 0.8, 'float32', index + 5)),
  );
}

/** The layer's output projected onto one number. */
function projected(layer: Layer, x: Tf.Tensor): Tf.Scalar {
  const output = layer.apply(x, { training: true }) as Tf.Tensor;
  const weights = Array.from({ length: output.size }, (_, index) => Math.sin(1 + 1.7 * index));
  return tf.sum(tf.mul(output, tf.tensor(weights, output.shape)));
}

function finiteDifference(loss: () => Tf.Scalar, variable: Tf.Variable, index: number): number {
  const step = 5e-3;
  const original = Array.from(variable.dataSync());
  const [up, down] = [step, -step].map((by) => {
    const moved = original.map((value, at) => (at === index ? value + by : value));
    variable.assign(tf.tensor(moved, variable.shape));
    return tf.tidy(loss).dataSync()[0]!;
  });
  variable.assign(tf.tensor(original, variable.shape));
  return (up! - down!) / (2 * step);
}

describe('gradients of layers on the embedded backend', () => {
  it.each(LAYERS)('%s', async (_name, shape, make) => {
    await tf.setBackend('wasm');
    const layer = make(tf);
    const x = tf.randomNormal(shape, 0, 1, 'float32', 11);
    layer.apply(x);
    setWeights(layer);
    const loss = (): Tf.Scalar => projected(layer, x);
    const variables = layer.trainableWeights.map((weight) => weight.read()) as unknown as Tf.Variable[];
    const { grads } = tf.variableGrads(loss, variables);
    for (const variable of variables) {
      const gradient = grads[variable.name]!.dataSync();
      const largest = Math.max(1, ...gradient.map(Math.abs));
      for (let index = 0; index < gradient.length; index += Math.max(1, Math.floor(gradient.length / 7))) {
        const expected = finiteDifference(loss, variable, index);
        expect(Math.abs(gradient[index]! - expected) / largest, `${variable.name}[${index}]`).toBeLessThan(
          5e-3,
        );
      }
    }
  });
});

interface Task {
  x: Tf.Tensor;
  model: Tf.Sequential;
}

const TASKS: [string, () => Task][] = [
  [
    'an MLP',
    () => ({
      x: tf.randomNormal([96, 12], 0, 1, 'float32', 1),
      model: tf.sequential({
        layers: [
          tf.layers.dense({ units: 24, activation: 'relu', inputShape: [12], kernelInitializer: seeded(1) }),
          tf.layers.dense({ units: 3, kernelInitializer: seeded(2) }),
        ],
      }),
    }),
  ],
  [
    'a CNN',
    () => ({
      x: tf.randomNormal([96, 8, 8, 2], 0, 1, 'float32', 1),
      model: tf.sequential({
        layers: [
          tf.layers.conv2d({
            filters: 6,
            kernelSize: 3,
            padding: 'same',
            activation: 'relu',
            inputShape: [8, 8, 2],
            kernelInitializer: seeded(1),
          }),
          tf.layers.batchNormalization(),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(2) }),
          tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 3, kernelInitializer: seeded(3) }),
        ],
      }),
    }),
  ],
  [
    'an LSTM over embeddings',
    () => ({
      x: tf.randomUniform([96, 6], 0, 10, 'int32', 1),
      model: tf.sequential({
        layers: [
          tf.layers.embedding({
            inputDim: 10,
            outputDim: 5,
            inputLength: 6,
            embeddingsInitializer: seeded(1),
          }),
          tf.layers.lstm({ units: 12, kernelInitializer: seeded(2), recurrentInitializer: seeded(4) }),
          tf.layers.dense({ units: 3, kernelInitializer: seeded(3) }),
        ],
      }),
    }),
  ],
];

function seeded(seed: number): ReturnType<typeof tf.initializers.glorotUniform> {
  return tf.initializers.glorotUniform({ seed });
}

describe('training on the embedded backend', () => {
  it.each(TASKS)('%s learns and keeps no tensor', async (_name, make) => {
    await tf.setBackend('wasm');
    const { x, model } = make();
    const labels = Int32Array.from({ length: 96 }, (_, index) => index % 3);
    const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 3);
    const optimizer = tf.train.adam(0.02);
    const losses: number[] = [];
    let tensors = 0;
    for (let step = 0; step < 80; step++) {
      const loss = optimizer.minimize(
        () =>
          tf.losses.softmaxCrossEntropy<Tf.Tensor, Tf.Scalar>(
            y,
            model.apply(x, { training: true }) as Tf.Tensor,
          ),
        true,
      )!;
      losses.push(loss.dataSync()[0]!);
      loss.dispose();
      if (step === 10) tensors = tf.memory().numTensors;
    }
    expect(losses[0]).toBeGreaterThan(0.8);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('what the WebAssembly backend cannot do', () => {
  it('says how to use complex numbers', async () => {
    await tf.setBackend('wasm');
    expect(() => tf.complex([1], [2])).toThrow(/tf\.setBackend\('cpu'\)/);
  });

  it('adds no listeners to the process', () => {
    expect(process.listeners('uncaughtException').map(String).join('')).not.toMatch(/ExitStatus/);
    expect(process.listeners('unhandledRejection').map(String).join('')).not.toMatch(/throw reason/);
  });

  it('keeps a model in files', async () => {
    const { Workspace } = await import('./harness.js');
    const workspace = new Workspace();
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await model.save(`file://${workspace.file('saved')}`);
    const loaded = await tf.loadLayersModel(`file://${workspace.file('saved/model.json')}`);
    const x = tf.ones([1, 3]);
    expect((loaded.predict(x) as Tf.Tensor).dataSync()).toEqual((model.predict(x) as Tf.Tensor).dataSync());
    await expect(tf.loadLayersModel(`file://${workspace.file('absent/model.json')}`)).rejects.toThrow(
      /absent/,
    );
    workspace.remove();
  });
});
