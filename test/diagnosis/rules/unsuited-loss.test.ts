import { unsuitedLoss } from '../../../src/diagnosis/rules/unsuited-loss.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { batchSeen, loaderSeen, tensor } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const oneHot = {
  function: 'mse_loss',
  outputShape: [256, 10],
  targetShape: [256, 10],
  targetDistinct: 2,
  targetMin: 0,
  targetMax: 1,
  targetMean: 0.1,
  targetMeanSquare: 0.1,
  targetVariance: 0.09,
};

function run(name: string, loss: number, given: Partial<LossSeen> = {}): RuleCase {
  const values = Array.from({ length: 100 }, (_, i) => (i < 10 ? 0.09 : loss));
  return { name, messages: [loaderSeen(), lossSeen({ ...oneHot, ...given }), steps({ loss: values }), END] };
}

const digits: Partial<LossSeen> = {
  function: 'mse_loss',
  outputShape: [64],
  targetShape: [64],
  targetDistinct: 10,
  targetMin: 0,
  targetMax: 9,
  targetMean: 4.7,
  targetVariance: 8.9,
  targetMeanSquare: 31,
};

/** A first batch as a loader gives it. */
function numbers(name: string, given: Partial<LossSeen> = {}, dtype = 'int64'): RuleCase {
  const batch = batchSeen(0, tensor(), tensor({ name: 'target', shape: [64], dtype }));
  return { name, messages: [loaderSeen(), batch, lossSeen({ ...digits, ...given }), steps({ loss: [31] })] };
}

function own(name: string, given: Partial<LossSeen>): RuleCase {
  const seen = lossSeen({ function: 'unknown', pure: false, ...given });
  return { name, messages: [seen, steps({ loss: [-1.1] })] };
}

testRule(unsuitedLoss, {
  silent: [
    numbers('numbers that are no integers in the data', {}, 'float32'),
    numbers('counts, of which the middle ones are frequent', { targetMean: 4.5, targetVariance: 2.3 }),
    numbers('counts, of which the small ones are frequent', { targetMean: 1.5, targetVariance: 3 }),
    numbers('ratings from one to five', { targetMin: 1, targetMax: 5, targetDistinct: 5, targetMean: 3 }),
    numbers('zeros and ones', { targetMax: 1, targetDistinct: 2, targetMean: 0.5, targetVariance: 0.25 }),
    numbers('a large range of which few are there', { targetMax: 99, targetDistinct: 47 }),
    numbers('a cross-entropy', { function: 'cross_entropy' }),
    own('a loss that the script writes out', {}),
    run('a squared error that trains the classifier', 0.03),
    run('a regression to zeros and ones', 0.09, { targetMean: 0.4 }),
    run('pixels', 0.09, { targetDistinct: 200 }),
    run('two classes', 0.25, {
      outputShape: [256, 2],
      targetShape: [256, 2],
      targetMean: 0.5,
      targetVariance: 0.25,
    }),
    run('a cross-entropy', 2.3, { function: 'cross_entropy' }),
  ],
  fires: [
    {
      ...numbers('class numbers by the squared error'),
      step: 0,
      line: LINES.loss,
      evidence: { kind: 'numbers', classes: 10 },
      message: /^The targets are the whole numbers 0 to 9, about equally often/,
    },
    {
      ...own('a log-probability without its minus', { logProbability: true }),
      step: 0,
      line: LINES.backward,
      evidence: { kind: 'sign' },
      message: /^The loss is a log-probability without its minus/,
    },
    {
      ...run('a squared error without a loader', 0.09),
      messages: run('', 0.09).messages.slice(1),
      step: 99,
      line: LINES.loss,
      evidence: { kind: 'one-hot' },
    },
    {
      ...run('a squared error that learns nothing', 0.09),
      step: 99,
      line: LINES.loss,
      evidence: { classes: 10, level: 0.09 },
      message: /^A classification of 10 classes is trained by a regression loss, and has learned nothing/,
    },
  ],
});
