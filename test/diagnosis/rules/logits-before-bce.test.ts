import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { logitsBeforeBce } from '../../../src/diagnosis/rules/logits-before-bce.js';
import { hello, lossFailed } from '../messages.js';
import { at, LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const bce = { function: 'binary_cross_entropy' };

function loss(name: string, given: Partial<LossSeen>, framework: 'pytorch' | 'tfjs' = 'pytorch'): RuleCase {
  return { name, messages: [hello(framework), lossSeen({ ...bce, ...given })] };
}

testRule(logitsBeforeBce, {
  silent: [
    loss('probabilities of a sigmoid', { outputActivation: 'sigmoid', outputMin: 0, outputMax: 1 }),
    loss('rounding', { outputMin: -1e-7, outputMax: 1.0000001 }),
    loss('a sum of two probabilities', { outputActivation: 'none', outputMin: 0.2, outputMax: 0.7 }),
    loss('a loss that wants logits', { function: 'binary_cross_entropy_with_logits', outputMax: 9 }),
    loss('the same by another name', { expects: 'logits', outputMin: -4, outputMax: 9 }, 'tfjs'),
    loss(
      'softmax over both classes',
      { outputActivation: 'softmax', outputMin: 0.1, outputMax: 0.9 },
      'tfjs',
    ),
    {
      name: 'another failure',
      messages: [lossFailed({ ...bce, message: 'sizes differ', outputMin: 0.1, outputMax: 0.9 })],
    },
  ],
  fires: [
    {
      ...loss('outputs that are cut off', { outputActivation: 'clamp', outputMin: 0, outputMax: 0.6 }),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'clamp', outputMin: 0 },
      message: /gets numbers from 0 to 0\.6 that no sigmoid/,
    },
    {
      ...loss('raw outputs', {
        outputActivation: 'none',
        outputMin: -1.5,
        outputMax: 2,
        outputSource: at(22),
      }),
      step: 0,
      line: 22,
      evidence: { activation: 'none', outputMin: -1.5, outputMax: 2 },
      message: /gets numbers from -1\.5 to 2 that no sigmoid/,
    },
    {
      ...loss(
        'a linear last layer in TensorFlow.js',
        { outputActivation: 'none', outputMin: 0.1, outputMax: 0.3 },
        'tfjs',
      ),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'none' },
    },
    {
      name: 'the error of a later step',
      messages: [
        lossSeen({ ...bce, outputActivation: 'none', outputMin: 0.1, outputMax: 0.3 }),
        steps({ loss: [0.7] }),
        lossFailed({ ...bce, message: 'all elements of input should be between 0 and 1' }),
      ],
      step: 1,
      line: LINES.loss,
      evidence: {},
      message: /gets outputs that no sigmoid was applied to\.$/,
    },
  ],
});
