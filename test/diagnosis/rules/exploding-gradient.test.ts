import { explodingGradient } from '../../../src/diagnosis/rules/exploding-gradient.js';
import { layersSeen, measured, parameterSeen, parametersSeen } from '../modelMessages.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const line = LINES.backward;
const start = [optimizerSeen(), lossSeen()];

/** A sound run: losses fall, norms vary by a factor of about ten around 1. */
function sound(length: number, seed = 1): { loss: number[]; gradNorm: number[] } {
  const next = random(seed);
  return {
    loss: Array.from({ length }, (_, i) => 2.3 * Math.exp(-i / 100) + 0.1 * next()),
    gradNorm: Array.from({ length }, () => 10 ** (next() - 0.5)),
  };
}

function after(
  name: string,
  loss: (number | null)[],
  gradNorm: (number | null)[],
  more: object = {},
): RuleCase {
  const before = sound(120);
  const scalars = { loss: [...before.loss, ...loss], gradNorm: [...before.gradNorm, ...gradNorm] };
  return { name, messages: [...start, steps({ ...scalars, ...more })] };
}

const growing = Array.from({ length: 12 }, (_, i) => 3 ** i);

testRule(explodingGradient, {
  silent: [
    after('a sound run', [], []),
    after('a single spike of the gradient that the loss does not follow', [0.7, 0.8, 0.7], [5e4, 1, 1]),
    after('a spike with one bad batch', [0.7, 90, 0.7], [1, 5e4, 1]),
    after('a loss that rises while the gradient does not', [20, 30, 40, 50], [2, 2, 2, 2]),
    after('a loss that becomes NaN without a large gradient', [NaN, NaN], [NaN, NaN]),
    after('steps that a gradient scaler skipped', [0.7, 0.7], [1e30, Infinity], {
      skipped: [...Array<number>(120).fill(0), 1, 1],
    }),
    after(
      'clipping that is active',
      Array<number>(12).fill(30),
      growing.map((x) => 100 * x),
      {
        clipNorm: Array<number>(132).fill(1),
      },
    ),
    after(
      'NaN long after a spike',
      [0.7, ...Array<number>(60).fill(0.7), NaN],
      [5e4, ...Array<number>(61).fill(1)],
    ),
    {
      name: 'warm-up: gradients that grow while the loss falls',
      messages: [
        ...start,
        steps({
          loss: Array.from({ length: 50 }, (_, i) => 10 - i * 0.1),
          gradNorm: Array.from({ length: 50 }, (_, i) => 1e-3 * 1.3 ** i),
        }),
      ],
    },
    {
      name: 'a first update larger than weights that start at zero, and NaN much later',
      messages: [
        ...start,
        steps({
          loss: [2.3, 1, 1, 1, 1, NaN],
          gradNorm: [3, 1, 1, 1, 1, NaN],
          updateRatio: [40, 0.1, 0.1, 0.1, 0.1, NaN],
        }),
      ],
    },
    {
      name: 'two optimizers that play against each other',
      messages: [
        ...start,
        optimizerSeen({ id: 1 }),
        lossSeen({ id: 1, series: 'loss/1', optimizer: 1 }),
        steps({
          loss: [0.7, null, 0.6, null, 8, null, 9, null, 9, null, 9, null],
          'loss/1': [null, 0.7, null, 0.8, null, 0.01, null, 0.01, null, 0.01, null, 0.01],
          gradNorm: [1, null, 1, null, 2000, null, 2000, null, 2000, null, 2000, null],
        }),
      ],
    },
    {
      name: 'a head that starts at zero: the first gradient is tiny',
      messages: [...start, steps({ loss: [2.3, 2.3, 2.2, 2.1, 2], gradNorm: [1e-6, 1, 1.2, 1, 0.9] })],
    },
  ],
  fires: [
    {
      name: 'from the first steps on, to NaN',
      messages: [
        ...start,
        steps({
          loss: [2.3, 6, 1e3, 1e7, NaN],
          gradNorm: [2, 50, 1e4, 1e9, NaN],
          'lr/0': [0.5, 0.5, 0.5, 0.5, 0.5],
        }),
      ],
      step: 2,
      line,
      evidence: { usual: 2, peak: 1e9, loss: 'NaN', firstLoss: 2.3, learningRate: 0.5 },
    },
    {
      ...after('after a sound time, within a few steps to infinity', [0.7, 9, Infinity], [40, 1e5, Infinity]),
      step: 121,
      line,
      evidence: { peak: 1e5, loss: 'Infinity', lossStep: 122 },
      message:
        /its norm rose from [\d.]+ to 100000 from step 121 on, and the loss was Infinity at step 122\.$/,
    },
    {
      ...after('a cliff: the loss stays finite and far too high', [0.7, 30, 31, 29, 30], [1e5, 3, 2, 1, 1]),
      step: 120,
      line,
      evidence: { peak: 1e5, loss: 29, lossStep: 123 },
      message: /the loss was 29 at step 123, 12\.\d+ times its first value\.$/,
    },
    {
      ...after('measured only at some steps', [0.7, 30, 31, 29], [1e5, null, null, null]),
      step: 120,
      line,
      evidence: { lossStep: 123 },
    },
    {
      ...after('NaN in spite of clipping', [0.7, NaN], [1e5, NaN], { clipNorm: Array<number>(122).fill(1) }),
      step: 120,
      line,
      evidence: { loss: 'NaN' },
    },
    {
      name: 'within a single update, the first',
      messages: [...start, steps({ loss: [24, NaN], gradNorm: [8766, NaN], updateRatio: [34.4, NaN] })],
      step: 0,
      line,
      evidence: { peak: 8766, updateRatio: 34.4, loss: 'NaN', lossStep: 1 },
      message: /one update at step 0 was 34\.4 times as large as the weights \(gradient norm 8766\)/,
    },
    {
      name: 'a rise that began with an update larger than the weights',
      messages: [
        ...start,
        steps({
          loss: [4, 900, 1e9, Infinity],
          gradNorm: [3, 2e3, 1e7, Infinity],
          updateRatio: [9, 400, 9e4, NaN],
        }),
      ],
      step: 1,
      line,
      evidence: { usual: 3, peak: 1e7, loss: 'Infinity' },
      message: /its norm rose from 3 to 1\.00e7 from step 1 on/,
    },
    {
      name: 'with the layer in which it begins, as far as it was measured',
      messages: [
        ...start,
        layersSeen(['', 'Net'], ['body', 'Linear'], ['head', 'Linear']),
        parametersSeen(
          parameterSeen('body.weight', { layer: 1 }),
          parameterSeen('head.weight', { layer: 2 }),
        ),
        measured(0, { gradNorm: [3, 2] }),
        measured(121, { gradNorm: [90, 1000] }),
        steps({
          loss: [...sound(120).loss, 900, 1e9, Infinity],
          gradNorm: [...sound(120).gradNorm, 2e3, 1e7, Infinity],
        }),
      ],
      step: 120,
      line,
      evidence: { loss: 'Infinity', layer: 'head', layerFactor: 500 },
    },
    {
      name: 'the second optimizer’s, to NaN',
      messages: [
        ...start,
        optimizerSeen({ id: 1 }),
        lossSeen({ id: 1, series: 'loss/1', optimizer: 1, backwardSource: { file: '/train.py', line: 44 } }),
        steps({
          loss: [0.7, null, 0.7, null, 0.7, null],
          'loss/1': [null, 0.7, null, 40, null, NaN],
          gradNorm: [1, null, 1, null, 1, null],
          'gradNorm/1': [null, 1, null, 1e4, null, NaN],
        }),
      ],
      step: 3,
      line: 44,
      evidence: { loss: 'NaN', lossStep: 5 },
    },
  ],
});
