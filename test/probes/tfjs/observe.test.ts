import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { all, buildProbe, first, lineOf, nodes, observe, series, Workspace } from './harness.js';
import { FIT, IMPORT, LOOP, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

function numbers(stdout: string): number[] {
  return stdout.split('\n').map(parseFloat).filter(Number.isFinite);
}

describe.each(nodes())('an unmodified script on %s', (node) => {
  it.each([
    ['loop.cjs', REQUIRE + LOOP],
    ['loop.mjs', IMPORT + LOOP],
  ])('has each loss of a minimize loop observed: %s', async (script, source) => {
    workspace.write({ [script]: source });
    const { code, stdout, stderr, messages } = await observe(workspace, { script, node, probe });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/wasm \d+\s*$/);
    expect(series(messages, 'loss')).toEqual(numbers(stdout));
    expect(first(messages, 'optimizer')).toMatchObject({
      name: 'Adam',
      source: { file: workspace.file(script), line: lineOf(source, 'tf.train.adam') },
      stepSource: { line: lineOf(source, 'optimizer.minimize') },
      groups: [{ parameters: 4, options: { lr: 0.01 } }],
    });
    expect(first(messages, 'loss')).toMatchObject({
      function: 'cross_entropy',
      classes: 3,
      pure: true,
      reduction: 'mean',
      source: { file: workspace.file(script), line: lineOf(source, 'softmaxCrossEntropy') },
    });
    expect(first(messages, 'runtime')).toMatchObject({
      backend: 'wasm',
      reason: { args: ['@tensorflow/tfjs'] },
    });
    expect(messages.at(-1)).toEqual({ type: 'bye', reason: 'finished', dropped: 0 });
  });

  it('that builds an optimizer it never uses tells the loss of the one it does', async () => {
    workspace.write({ 'two.cjs': `${REQUIRE}const unused = tf.train.sgd(1);${LOOP}` });
    const { stdout, messages } = await observe(workspace, { script: 'two.cjs', node, probe });
    expect(series(messages, 'loss')).toEqual(numbers(stdout));
    expect(all(messages, 'optimizer')).toMatchObject([{ id: 0, name: 'Adam' }]);
  });

  it.each([
    ['optimizer.applyGradients', 'grads', 0],
    ['Object.keys', 'grads', 1],
    ['((grads) => w.assign(w.sub(grads[w.name].mul(0.1))))', 'grads', 0],
  ])('that computes gradients is told where they are never applied: %s', async (apply, grads, idle) => {
    const source = `${REQUIRE}
      const w = tf.variable(tf.ones([3, 1]));
      const optimizer = tf.train.sgd(0.1);
      for (let i = 0; i < 20; i++) {
        const { grads } = optimizer.computeGradients(() => tf.ones([4, 3]).matMul(w).square().mean());
        ${apply}(${grads});
      }`;
    workspace.write({ 'loop.cjs': source });
    const { code, messages } = await observe(workspace, { script: 'loop.cjs', node, probe });
    expect(code).toBe(0);
    expect(all(messages, 'optimizer').filter((seen) => seen.idle === 20)).toHaveLength(idle);
  });

  it.each([
    ['fit.cjs', REQUIRE + FIT],
    ['fit.mjs', IMPORT + FIT],
  ])('has model.fit observed: %s', async (script, source) => {
    workspace.write({ [script]: source });
    const { code, stdout, stderr, messages } = await observe(workspace, { script, node, probe });
    expect([code, stderr]).toEqual([0, '']);
    const history = JSON.parse(stdout.split('\n')[0] ?? '') as Record<string, number[]>;
    expect(series(messages, 'loss')).toHaveLength(9);
    expect(all(messages, 'validation').map(({ scalars }) => scalars['validation/loss'])).toEqual(
      history['val_loss'],
    );
    expect(all(messages, 'validation').map(({ scalars }) => scalars['validation/accuracy'])).toEqual(
      history['val_acc'],
    );
    expect(all(messages, 'metrics').map(({ values }) => values['loss'])).toEqual(history['loss']);
    expect(all(messages, 'epoch').map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 3],
      [1, 6],
      [2, 9],
    ]);
    expect(first(messages, 'plan')).toMatchObject({ epochs: 3, stepsPerEpoch: 3, totalSteps: 9 });
    expect(first(messages, 'layers').layers).toMatchObject([
      { name: '', kind: 'Sequential', source: { line: lineOf(source, 'tf.sequential') } },
      { kind: 'Dense', source: { line: lineOf(source, 'units: 8') } },
      { kind: 'Dense', source: { line: lineOf(source, 'units: 3') } },
    ]);
    expect(first(messages, 'parameters').parameters.map(({ shape, layer }) => [shape, layer])).toEqual([
      [[4, 8], 1],
      [[8], 1],
      [[8, 3], 2],
      [[3], 2],
    ]);
    expect(first(messages, 'loss').backwardSource).toMatchObject({ line: lineOf(source, 'model.fit(') });
  });
});
