import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { targetsOutOfRange } from '../../../src/diagnosis/rules/targets-out-of-range.js';
import { batchSeen, exceptionSeen, hello, lossFailed, tensor } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const line = LINES.loss;
const bce = { function: 'binary_cross_entropy_with_logits' };
const indices = { targetShape: [64], targetDtype: 'int32' };
const oneHot = {
  targetShape: [64, 10],
  targetDtype: 'float32',
  targetMin: 0,
  targetMax: 1,
  targetDistinct: 2,
};

function loss(name: string, given: Partial<LossSeen>, framework: 'pytorch' | 'tfjs' = 'pytorch'): RuleCase {
  return { name, messages: [hello(framework), lossSeen(given)] };
}

testRule(targetsOutOfRange, {
  silent: [
    loss('labels from 0 to 9', { ...indices, targetMin: 0, targetMax: 9 }),
    loss('an index to ignore that PyTorch took', { ...indices, targetMin: -100, targetMax: 9 }),
    loss('another one, for segmentation', { ...indices, targetMin: 0, targetMax: 255 }),
    loss('binary labels', { ...bce, targetMin: 0, targetMax: 1 }),
    loss('soft labels of an adversary', { ...bce, targetMin: 0.7, targetMax: 1.2 }),
    loss('labels from 0 to 9 in TensorFlow.js', { ...indices, targetMin: 0, targetMax: 9 }, 'tfjs'),
    loss('one-hot labels', oneHot, 'tfjs'),
    loss(
      'padding without a class in sequences',
      { ...oneHot, outputShape: [8, 8, 10], targetShape: [8, 8, 10], targetRowsWithoutClass: 20 },
      'tfjs',
    ),
    loss('a regression', { function: 'mse_loss', targetMin: -4, targetMax: 300 }),
    {
      name: 'a failure for other reasons',
      messages: [lossFailed({ classes: 10, targetMin: 0, targetMax: 9, message: 'shapes' })],
    },
    {
      name: 'one output, which is another rule’s',
      messages: [
        lossFailed({ classes: 1, targetMin: 0, targetMax: 1 }),
        exceptionSeen('Target 1 is out of bounds.'),
      ],
    },
    {
      name: 'another exception',
      messages: [exceptionSeen('index 7 is out of bounds for dimension 0 with size 5')],
    },
  ],
  fires: [
    {
      name: 'labels from 1 to 10, at the first step',
      messages: [
        lossFailed({ classes: 10, targetMin: 1, targetMax: 10, message: 'Target 10 is out of bounds.' }),
        exceptionSeen('Target 10 is out of bounds.', 'IndexError'),
      ],
      step: 0,
      line,
      evidence: { targetMin: 1, targetMax: 10, classes: 10 },
      message: /^The labels go from 1 to 10; the model has 10 outputs, for the labels 0 to 9\.$/,
    },
    {
      name: 'the exception alone',
      messages: [steps({ loss: [2, 2] }), exceptionSeen('Target 3 is out of bounds.', 'IndexError')],
      step: 2,
      line,
      evidence: { targetMax: 3 },
      message: /^The label 3 is outside of the classes/,
    },
    {
      name: 'a negative label',
      messages: [
        lossFailed({ classes: 3, targetMin: -1, targetMax: 2, message: 'Target -1 is out of bounds.' }),
      ],
      step: 0,
      line,
      evidence: { targetMin: -1 },
    },
    {
      name: 'an assertion on a GPU',
      messages: [
        batchSeen(0, tensor(), tensor({ name: 'target', dtype: 'int64', shape: [16], min: 0, max: 12 })),
        lossSeen(),
        exceptionSeen('CUDA error: device-side assert triggered'),
      ],
      step: 0,
      line,
      evidence: { targetMax: 12, classes: 10 },
    },
    {
      ...loss('binary labels of -1 and 1', { ...bce, targetMin: -1, targetMax: 1 }),
      step: 0,
      line,
      evidence: { targetMin: -1, targetMax: 1 },
      message: /^The targets go from -1 to 1; /,
    },
    {
      ...loss('labels of 1 and 2', { function: 'binary_cross_entropy', targetMin: 1, targetMax: 2 }),
      step: 0,
      line,
      evidence: { targetMax: 2 },
    },
    {
      ...loss('an index too high in TensorFlow.js', { ...indices, targetMin: 1, targetMax: 10 }, 'tfjs'),
      step: 0,
      line,
      evidence: { targetMax: 10 },
    },
    {
      ...loss(
        'an index too high among labels in floating point',
        {
          outputShape: [64, 3],
          classes: 3,
          targetShape: [64, 1],
          targetDtype: 'float32',
          targetMin: 1,
          targetMax: 3,
        },
        'tfjs',
      ),
      step: 0,
      line,
      evidence: { targetMax: 3, classes: 3 },
      message: /^The labels go from 1 to 3; /,
    },
    {
      ...loss('rows without a class', { ...oneHot, targetRowsWithoutClass: 16 }, 'tfjs'),
      step: 0,
      line,
      evidence: { empty: 0.25 },
      message: /^25 % of the one-hot labels hold no class at all: their index was outside of 0 to 9\.$/,
    },
  ],
});
