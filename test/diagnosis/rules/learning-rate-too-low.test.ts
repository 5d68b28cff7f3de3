import { learningRateTooLow } from '../../../src/diagnosis/rules/learning-rate-too-low.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const bye: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const next = random(5);

interface Run {
  length?: number;
  ratio?: number;
  rate?: (step: number) => number;
  loss?: (step: number) => number;
  gradNorm?: number;
  optimizer?: string;
  about?: Partial<LossSeen>;
}

/** SGD at 1e-6 on ten classes, whose loss goes nowhere, unless said otherwise. */
function run(name: string, given: Run = {}): RuleCase {
  const { length = 200, ratio = 1e-6, rate = () => 1e-6, gradNorm = 0.5 } = given;
  const loss = given.loss ?? (() => 2.31 + 0.1 * (next() - 0.5));
  const each = (value: (step: number) => number) => Array.from({ length }, (_, i) => value(i));
  const scalars = {
    loss: each(loss),
    'lr/0': each(rate),
    updateRatio: each(() => ratio),
    gradNorm: each(() => gradNorm),
    weightNorm: each(() => 5),
  };
  const head = [optimizerSeen({ name: given.optimizer ?? 'SGD' }), lossSeen(given.about)];
  return { name, messages: [...head, steps(scalars), bye] };
}

testRule(learningRateTooLow, {
  silent: [
    run('a rate of 0.01 that works', {
      rate: () => 0.01,
      ratio: 1e-3,
      loss: (i) => 2.3 * Math.exp(-i / 100),
    }),
    run('a tiny rate that works, in units of the loss', { loss: (i) => 2.3 * Math.exp(-i / 400) }),
    run('fine-tuning at 1e-5', { optimizer: 'AdamW', rate: () => 1e-5, ratio: 5e-4 }),
    run('saved weights', { about: { resumed: true } }),
    run('a model that starts below guessing, as pretrained ones do', { loss: () => 0.4 }),
    run('a warm-up that is still going on', { rate: (i) => 1e-8 * (i + 1) }),
    run('a warm-up that has just ended', { rate: (i) => Math.min(1e-6, 1e-8 * (i + 1)), length: 130 }),
    run('a run of thirty steps', { length: 30 }),
    run('a rate that is not low, with tiny updates for another reason', { rate: () => 0.01 }),
    run('a gradient that is not there', { gradNorm: 1e-6 }),
    run('weights that do move', { ratio: 1e-3 }),
    run('a schedule that ends at zero after it has learned', {
      rate: (i) => Math.max(1e-7, 1e-3 * (1 - i / 50)),
      loss: (i) => 0.5 + 1.8 * Math.exp(-i / 10),
    }),
  ],
  fires: [
    {
      ...run('SGD at 1e-6'),
      step: 99,
      line: LINES.optimizer,
      evidence: { learningRate: 1e-6, path: 1e-4, steps: 100, usualMinimum: 1e-4 },
      message:
        /^The learning rate of 1\.00e-6 is too low: 100 steps have moved the weights by 1\.00e-4 of their size/,
    },
    {
      ...run('Adam at 1e-6, over a warm-up', {
        optimizer: 'Adam',
        rate: (i) => Math.min(1e-6, 2e-8 * (i + 1)),
        ratio: 3e-5,
        length: 400,
      }),
      step: 148,
      line: LINES.optimizer,
      evidence: { learningRate: 1e-6, steps: 100 },
    },
    {
      ...run('a run of sixty steps, at a rate below all that is usual', { length: 60 }),
      step: 59,
      line: LINES.optimizer,
      evidence: { steps: 60 },
    },
  ],
});
