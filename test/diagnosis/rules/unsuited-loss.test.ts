import { unsuitedLoss } from '../../../src/diagnosis/rules/unsuited-loss.js';
import type { Labels, LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { labelsSeen, loaderSeen } from '../messages.js';
import { layersSeen, parameterSeen, parametersSeen } from '../modelMessages.js';
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

const LABELLED = 20;
const single: Partial<LossSeen> = { function: 'mse_loss', outputShape: [64], targetShape: [64] };

/** Batches with whole numbers as targets. */
function batches(name: string, labels: Labels[], given: Partial<LossSeen> = {}): RuleCase {
  const seen = lossSeen({ ...single, ...given });
  return { name, messages: [loaderSeen(), seen, ...labels, steps({ loss: [31, 30] })] };
}

/** Batches of an epoch, alike. */
function numbers(name: string, counts: number[], given: Partial<LossSeen> = {}): RuleCase {
  return batches(
    name,
    Array.from({ length: LABELLED }, (_, i) => labelsSeen(i, counts)),
    given,
  );
}

const EPOCHS = [0, 1, 2, 3, 4, 5];

function own(name: string, given: Partial<LossSeen>): RuleCase {
  const seen = lossSeen({ function: 'unknown', pure: false, ...given });
  return { name, messages: [seen, steps({ loss: [-1.1] })] };
}

/** Minus a cross-entropy over weights of a layer, or over an input where there is none. */
function negated(name: string, layer: number, given: Partial<LossSeen> = {}, sign = -1): RuleCase {
  const held = parametersSeen(parameterSeen('weight', { shape: [8, 8], layer, optimizer: 0 }));
  const loss = Array.from({ length: 12 }, (_, i) => sign * (2 + i));
  const seen = lossSeen({ negated: true, ...given });
  return { name, messages: [layersSeen(['', 'Linear']), held, seen, steps({ loss })] };
}

testRule(unsuitedLoss, {
  silent: [
    negated('an attack on the input', -1),
    negated('weights that were loaded, to be forgotten', 0, { resumed: true }),
    negated('a reward that is negative at times', 0, {}, 1),
    numbers('counts of which the middle ones are frequent', [1, 6, 15, 20, 15, 6, 1]),
    numbers('counts of which the small ones are frequent', [20, 14, 9, 5, 3]),
    numbers('ratings from one to five', [0, 12, 13, 12, 14, 13]),
    numbers('zeros and ones', [32, 32]),
    numbers('few targets of each', [1, 2, 1, 1, 1]),
    numbers('two coins, added up', [16, 30, 15]),
    batches(
      'a few examples again and again',
      EPOCHS.map((epoch) => ({ ...labelsSeen(epoch, [16, 15, 16], 0), epoch })),
    ),
    batches(
      'a few examples by a call for each pass',
      EPOCHS.map((step) => labelsSeen(step, [16, 15, 16], 0)),
    ),
    batches(
      'a few examples without epochs',
      EPOCHS.map((step): Labels => ({ type: 'labels', step, counts: [16, 15, 16] })),
    ),
    numbers('several outputs for an example', [6, 6, 7], { outputShape: [64, 3] }),
    numbers('a cross-entropy', [20, 22, 22], { function: 'cross_entropy' }),
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
      ...numbers('class numbers by the squared error', [6, 7, 6, 6, 7, 6, 6, 7, 6, 7]),
      step: 0,
      line: LINES.loss,
      evidence: { kind: 'numbers', classes: 10 },
      message: /^The targets are the whole numbers 0 to 9, about equally often/,
    },
    {
      ...batches('class numbers in one batch without epochs', [
        { type: 'labels', step: 0, counts: [50, 50, 50] },
      ]),
      step: 0,
      line: LINES.loss,
      evidence: { kind: 'numbers', classes: 3 },
    },
    {
      ...negated('minus the cross-entropy', 0),
      step: 9,
      line: LINES.backward,
      evidence: { kind: 'negated', function: 'cross_entropy' },
      message: /^The loss is minus cross_entropy/,
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
