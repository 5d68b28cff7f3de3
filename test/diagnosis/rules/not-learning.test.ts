import { notLearning } from '../../../src/diagnosis/rules/not-learning.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { labelsSeen, layersSeen, loaderSeen } from '../messages.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const LN10 = Math.log(10);
const mse = { function: 'mse_loss', targetShape: [32, 1], targetVariance: 1, targetMeanSquare: 1 };

/** A loss by step with noise of a standard deviation. */
function values(count: number, mean: (step: number) => number, noise: number): number[] {
  const next = random(7);
  const normal = () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  return Array.from({ length: count }, (_, i) => mean(i) + noise * normal());
}

function run(
  name: string,
  loss: number[],
  given: Partial<LossSeen> = {},
  more: ProbeMessage[] = [],
): RuleCase {
  return { name, messages: [loaderSeen(), optimizerSeen(), lossSeen(given), ...more, steps({ loss }), END] };
}

const flat = values(200, () => LN10, 0.05);
const imbalanced = labelsSeen(0, [950, 50]);
const bce = { function: 'binary_cross_entropy_with_logits', targetEntropy: 0.2 };
const plan: ProbeMessage = { type: 'plan', epochs: 10, stepsPerEpoch: 50, totalSteps: 500 };
const late = values(500, (i) => (i < 400 ? LN10 : 1.5), 0.05);

/** A loss that falls late, with updates of one size. */
function crawling(name: string, ratio: number, more: ProbeMessage[] = [], rates: number[] = []): RuleCase {
  const scalars = { loss: late, updateRatio: late.map(() => ratio), 'lr/0': rates };
  return { name, messages: [loaderSeen(), optimizerSeen(), lossSeen(), plan, ...more, steps(scalars), END] };
}

const whole = { batchFingerprint: flat.map(() => 5) };

testRule(notLearning, {
  silent: [
    run(
      'a loss that falls',
      values(200, (i) => LN10 * Math.exp(-i / 100), 0.05),
    ),
    run('a long plateau that ends', late),
    run('a plateau that a plan is judged on before its end', late, {}, [plan]),
    crawling('small updates of an embedding', 1e-6, [layersSeen('Embedding', 'Linear')]),
    crawling('updates that add up over the planned steps', 1e-4),
    crawling('small updates before a scheduler makes them larger', 1e-6, [
      { type: 'scheduler', id: 0, optimizer: 0, name: 'LinearLR' },
    ]),
    crawling(
      'small updates while the rate rises',
      1e-6,
      [],
      late.map((_, i) => 1e-6 * (i + 1)),
    ),
    run('a few steps of a demonstration', flat.slice(0, 20)),
    run(
      'single examples, whose noise hides a small gain',
      values(100, (i) => 2.3 - i / 300, 1.2),
    ),
    run(
      'noisy labels that let some be learned',
      values(300, (i) => 2.1 + 0.2 * Math.exp(-i / 50), 0.1),
    ),
    run(
      'saved weights',
      values(200, () => 2.3, 0.05),
      { resumed: true },
    ),
    run(
      'a converged start',
      values(200, () => 0.4, 0.05),
    ),
    run(
      'rare positives that are learned',
      values(400, () => 0.13, 0.03),
      bce,
      [imbalanced],
    ),
    run('a loss of the script’s own', flat, { function: 'unknown' }),
    run('a sum with other terms', flat, { pure: false }),
    run('two optimizers', flat, {}, [optimizerSeen({ id: 1 })]),
    run('a contrastive loss', flat, { classes: 64, outputShape: [64, 64] }),
    {
      name: 'targets that move with the model',
      messages: [lossSeen(mse), steps({ loss: values(300, (i) => 1 + i / 100, 0.1) }), END],
    },
    run(
      'a small first batch by which the variance is uncertain',
      values(200, (i) => 0.9 - i / 800, 0.1),
      {
        ...mse,
        targetShape: [4, 1],
      },
    ),
  ],
  fires: [
    {
      ...run('a loss that stays at ln 10', flat),
      step: 199,
      line: LINES.loss,
      evidence: { level: LN10 },
      message: /^Nothing is learned: the loss began at 2\.3\d* and is 2\.\d+; a constant prediction/,
    },
    {
      ...run('before the end, by the plan', flat, {}, [
        { type: 'plan', epochs: 4, stepsPerEpoch: 50, totalSteps: 200 },
      ]),
      step: 179,
      line: LINES.loss,
      evidence: {},
    },
    {
      ...crawling('as soon as all planned steps would not move the weights', 1e-6),
      step: 99,
      line: LINES.optimizer,
      evidence: { level: LN10 },
    },
    {
      ...run(
        'only the frequencies of the classes',
        values(400, (i) => 0.1985 + 0.5 * Math.exp(-i / 20), 0.02),
        bce,
        [imbalanced, labelsSeen(1, [95_000, 5_000])],
      ),
      step: 399,
      line: LINES.loss,
      evidence: {},
    },
    {
      ...run(
        'a loss that jumps about far above',
        values(200, () => 9, 3),
      ),
      step: 199,
      line: LINES.loss,
      evidence: {},
    },
    {
      name: 'the whole data at each step, and hardly any progress',
      messages: [
        lossSeen(mse),
        steps({ loss: values(200, (i) => 1.02 - i * 1e-6, 0), batchFingerprint: whole.batchFingerprint }),
        END,
      ],
      step: 199,
      line: LINES.loss,
      evidence: { level: 1 },
    },
    {
      ...run(
        'a regression from a small first batch that has not moved',
        values(300, () => 1.1, 0.1),
        {
          ...mse,
          targetShape: [16, 1],
        },
      ),
      step: 299,
      line: LINES.loss,
      evidence: { level: 1 },
    },
  ],
});
