import { learningRateTooHigh } from '../../../src/diagnosis/rules/learning-rate-too-high.js';
import type { LayersSeen, LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const line = LINES.optimizer;
const bye: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };

interface Run {
  loss: number[];
  /** Of the first steps; 0.01 after that. */
  ratio: number[];
  rate: number | ((step: number) => number);
  optimizer?: string;
  about?: Partial<LossSeen>;
  more?: Record<string, (number | null)[]>;
  extra?: ProbeMessage[];
}

function run(name: string, { loss, ratio, rate, optimizer, about, more, extra }: Run): RuleCase {
  const scalars = {
    loss,
    updateRatio: loss.map((_, i) => ratio[i] ?? 0.01),
    'lr/0': loss.map((_, i) => (typeof rate === 'number' ? rate : rate(i))),
    ...more,
  };
  const head = [optimizerSeen({ name: optimizer ?? 'Adam' }), lossSeen(about)];
  return { name, messages: [...head, ...(extra ?? []), steps(scalars), bye] };
}

const next = random(3);
const noise = (level: number, n: number, share = 0.1) =>
  Array.from({ length: n }, () => level * (1 + share * (next() - 0.5)));
const fall = (from: number, n: number, rate = 20) =>
  Array.from({ length: n }, (_, i) => from * Math.exp(-i / rate) + 0.02);
const lstm: LayersSeen = { type: 'layers', layers: [{ name: 'rnn', kind: 'LSTM' }] };
const attention: LayersSeen = { type: 'layers', layers: [{ name: 'e', kind: 'TransformerEncoderLayer' }] };
const diverging = Array.from({ length: 12 }, (_, i) => 2.3 * 4 ** i);

testRule(learningRateTooHigh, {
  silent: [
    run('a sound run', { loss: fall(2.3, 100), ratio: [0.01], rate: 0.001 }),
    run('a huge rate that works, with a jump of 18 steps (SGD at 100 on tanh units)', {
      loss: [2.3, ...noise(60, 18), ...fall(2, 100)],
      ratio: [26, 7, 3],
      rate: 100,
      optimizer: 'SGD',
    }),
    run('outputs out of all bounds before the first update', {
      loss: [1e27, Infinity, NaN, NaN],
      ratio: [Infinity],
      rate: 0.01,
      about: { function: 'mse_loss', targetVariance: 40 },
    }),
    run('one cycle with a peak of 3', {
      loss: fall(2.3, 200, 60),
      ratio: Array.from({ length: 200 }, (_, i) => 0.4 * Math.sin((Math.PI * i) / 200)),
      rate: (i) => 3 * Math.sin((Math.PI * i) / 200) + 0.01,
      optimizer: 'SGD',
    }),
    run('SGD at 30 under clipping in a language model', {
      loss: fall(7, 200, 60),
      ratio: Array<number>(200).fill(0.07),
      rate: 30,
      optimizer: 'SGD',
      about: { classes: 1000 },
    }),
    run('a quadratic that is solved in one step of rate 1', {
      loss: [8, ...Array<number>(50).fill(1e-12)],
      ratio: [1, 1e-6],
      rate: 1,
      optimizer: 'SGD',
      about: { function: 'unknown' },
    }),
    run('a loss that rises while updates are small', { loss: noise(9, 80), ratio: [0.001], rate: 1e-3 }),
    run('not a number after small updates: a logarithm of zero', {
      loss: [2.3, 2.2, 2.1, NaN, NaN],
      ratio: [0.01],
      rate: 0.001,
    }),
    run('labels that cannot be learned, at a usual rate', {
      loss: noise(2.3, 200, 0.02),
      ratio: [0.3, 0.2],
      rate: 0.01,
    }),
    run('a range test, which is meant to diverge', {
      loss: [...fall(2.3, 60, 50), ...diverging],
      ratio: Array.from({ length: 72 }, (_, i) => 1e-4 * 1.2 ** i),
      rate: (i) => 1e-7 * 1.3 ** i,
      optimizer: 'SGD',
    }),
    run('a loss of the script’s own that is annealed upwards', {
      loss: Array.from({ length: 100 }, (_, i) => 1 + i * 0.05),
      ratio: [0.5, 0.4],
      rate: 0.01,
      about: { function: 'unknown' },
    }),
    run('a far target that the model creeps up to, its first batch a little easier', {
      loss: [3.56, ...noise(4.1, 100)],
      ratio: [0.5, 0.4],
      rate: 0.1,
      about: { function: 'mse_loss', targetVariance: 0.2 },
    }),
    run('a transformer at 0.01 whose plateau ends', {
      loss: [...noise(2.31, 80, 0.02), ...fall(2.3, 60)],
      ratio: [0.06],
      rate: 0.01,
      extra: [attention],
    }),
    run('a reward, which is negative', {
      loss: noise(-5, 100),
      ratio: [2, 2],
      rate: 0.1,
      about: { function: 'unknown' },
    }),
    run('batches of one example, whose first loss was small by chance', {
      loss: [0.2, ...noise(0.6, 100, 1.5)],
      ratio: [0.4],
      rate: 0.1,
      about: { function: 'mse_loss', elements: 1, targetVariance: 0 },
    }),
    run('an explosion through time at a usual rate', {
      loss: [2.3, 2.2, NaN],
      ratio: [0.01, 40],
      rate: 0.01,
      extra: [lstm],
    }),
    run('steps that a gradient scaler skipped', {
      loss: [Infinity, Infinity, ...fall(2.3, 50)],
      ratio: [1, 1],
      rate: 0.001,
      more: { skipped: [1, 1, ...Array<number>(50).fill(0)] },
    }),
    {
      name: 'the two losses of a GAN',
      messages: [
        optimizerSeen(),
        optimizerSeen({ id: 1 }),
        lossSeen({ function: 'binary_cross_entropy' }),
        lossSeen({ id: 1, series: 'loss/1', optimizer: 1 }),
        steps({
          loss: [0.7, ...noise(9, 100)],
          updateRatio: Array<number>(101).fill(0.5),
          'lr/0': Array<number>(101).fill(0.5),
        }),
        bye,
      ],
    },
  ],
  fires: [
    {
      ...run('SGD at 10: the loss runs away', {
        loss: [2.3, ...diverging, NaN, NaN],
        ratio: [0.8, 9, 80],
        rate: 10,
        optimizer: 'SGD',
      }),
      step: 2,
      line,
      evidence: { harm: 'runs away', learningRate: 10, beyondUse: 'yes', usualMaximum: 1, lossStep: 6 },
      message:
        /^The learning rate of 10 is too high: an update was 80 times as large as the weights, and from step 2 on/,
    },
    {
      ...run('not a number two steps after an update larger than the weights', {
        loss: [2.3, 9, NaN, NaN],
        ratio: [7, 700],
        rate: 100,
        optimizer: 'SGD',
      }),
      step: 1,
      line,
      evidence: { harm: 'not finite', loss: 'NaN', lossStep: 2, updateRatio: 700 },
    },
    {
      ...run('Adam at 10: above its start for good', {
        loss: [2.3, ...noise(500, 60)],
        ratio: [110, 0.7],
        rate: 10,
      }),
      step: 1,
      line,
      evidence: { harm: 'above its start', updateRatio: 110, lossStep: 31 },
    },
    {
      ...run('Adam at 1: stuck at chance after the jump, its ReLUs dead', {
        loss: [2.3, 3e3, 500, 40, ...noise(2.31, 120, 0.01)],
        ratio: [15, 0.7],
        rate: 1,
      }),
      step: 1,
      line,
      evidence: { harm: 'no better than guessing', highest: 3000, reference: Math.log(10) },
    },
    {
      ...run('a regression that never finds back, in a short run', {
        loss: [1.1, 300, 250, ...noise(200, 20)],
        ratio: [3, 0.7],
        rate: 1,
        about: { function: 'mse_loss', targetVariance: 1, targetMeanSquare: 1.1 },
      }),
      step: 1,
      line,
      evidence: { harm: 'above its start', beyondUse: 'yes' },
    },
    {
      ...run('a recurrent network at a rate beyond use', {
        loss: [2.3, 80, NaN],
        ratio: [30, 50],
        rate: 50,
        extra: [lstm],
      }),
      step: 1,
      line,
      evidence: { harm: 'not finite' },
    },
    {
      ...run('a transformer stuck at 0.01', {
        loss: noise(2.31, 150, 0.02),
        ratio: [0.06],
        rate: 0.01,
        extra: [attention],
      }),
      step: 99,
      line,
      evidence: { harm: 'no better than guessing', learningRate: 0.01 },
      message:
        /an update was 0\.06 times as large as the weights, and the loss is stuck at 2\.\d+ \(step 99\)/,
    },
    {
      ...run('a loss of the script’s own, far above its start', {
        loss: [4, ...noise(900, 60)],
        ratio: [12, 3],
        rate: 2,
        optimizer: 'SGD',
        about: { function: 'unknown' },
      }),
      step: 1,
      line,
      evidence: { harm: 'above its start', reference: 4, beyondUse: 'no' },
    },
  ],
});
