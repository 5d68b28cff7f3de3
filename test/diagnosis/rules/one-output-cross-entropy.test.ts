import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { oneOutputCrossEntropy } from '../../../src/diagnosis/rules/one-output-cross-entropy.js';
import { lossFailed } from '../messages.js';
import { LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

const line = LINES.loss;
const floats = { targetDtype: 'float32', targetDistinct: 2, targetMin: 0, targetMax: 1 };
const flat = { classes: 32, outputShape: [32], targetShape: [32], ...floats };

function loss(name: string, given: Partial<LossSeen>): RuleCase {
  return { name, messages: [lossSeen(given)] };
}

testRule(oneOutputCrossEntropy, {
  silent: [
    loss('two classes', { classes: 2, outputShape: [64, 2] }),
    loss('one example without a batch', { classes: 10, outputShape: [10], targetShape: [] }),
    loss('one example with a distribution', { ...flat, targetDistinct: 9, targetEntropy: 1.2 }),
    loss('one example with a one-hot label', { ...flat, targetEntropy: 0 }),
    loss('one output with a sigmoid', {
      function: 'binary_cross_entropy',
      outputActivation: 'sigmoid',
      outputShape: [64, 1],
    }),
    loss('softmax over several', { function: 'mse_loss', outputActivation: 'softmax', outputShape: [64, 3] }),
    loss('softmax along the batch', {
      function: 'mse_loss',
      outputActivation: 'softmax',
      outputShape: [64, 1],
      outputMin: 0.01,
    }),
    {
      name: 'another failure',
      messages: [lossFailed({ classes: 10, message: 'Target 10 is out of bounds.' })],
    },
  ],
  fires: [
    {
      ...loss('one class', { classes: 1, outputShape: [64, 1], targetShape: [64] }),
      step: 0,
      line,
      evidence: { outputShape: '(64, 1)', targetShape: '(64)' },
      message: /goes over a single output \(shape \(64, 1\)\)/,
    },
    {
      ...loss('a softmax of one unit before another loss', {
        function: 'binary_cross_entropy',
        outputActivation: 'softmax',
        outputShape: [64, 1],
        outputMin: 1,
        outputMax: 1,
      }),
      step: 0,
      line,
      evidence: { outputShape: '(64, 1)' },
    },
    {
      ...loss('the batch for the classes', { ...flat, targetEntropy: 2.7 }),
      step: 0,
      line,
      evidence: { outputShape: '(32)' },
      message: /takes the 32 examples of the batch for the classes/,
    },
    {
      name: 'the error that the second class raises',
      messages: [lossFailed({ classes: 1, message: 'Target 1 is out of bounds.', outputShape: [8, 1] })],
      step: 0,
      line,
      evidence: { outputShape: '(8, 1)' },
    },
  ],
});
