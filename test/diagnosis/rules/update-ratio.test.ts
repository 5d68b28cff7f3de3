import { updateRatio } from '../../../src/diagnosis/rules/update-ratio.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const LENGTH = 40;
const next = random(7);
const flat = Array.from({ length: LENGTH }, () => 2.3 + 0.05 * next());
const falling = Array.from({ length: LENGTH }, (_, i) => 2.3 - 0.04 * i);

function ratios(name: string, each: (i: number) => number, loss = flat, lr = 0.1): RuleCase {
  const all = (value: number) => Array<number>(LENGTH).fill(value);
  const scalars = { loss, gradNorm: all(1), 'lr/0': all(lr), updateRatio: all(0).map((_, i) => each(i)) };
  return { name, messages: [optimizerSeen(), lossSeen(), steps(scalars)] };
}

testRule(updateRatio, {
  silent: [
    ratios('about a thousandth', () => 1e-3),
    ratios('large updates that work', () => 0.8, falling),
    ratios('tiny updates that work', () => 1e-9, falling),
    ratios('a warm-up', (i) => 1e-10 * 1.15 ** i),
    ratios('no learning rate', () => 0, flat, 0),
    ratios('large now and then', (i) => (i % 3 ? 1e-3 : 0.9)),
  ],
  fires: [
    {
      ...ratios('updates as large as the weights', () => 0.9),
      step: 29,
      line: LINES.optimizer,
      evidence: { ratio: 0.9, measures: 30, learningRate: 0.1 },
      message: /^Each update is 0\.9 times as large as the weights/,
    },
    {
      ...ratios('updates that are lost in rounding', () => 1e-9),
      step: 29,
      line: LINES.optimizer,
      evidence: { ratio: 1e-9 },
      message: /only 1\.00e-9 of their size/,
    },
  ],
});
