import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { softmaxBeforeCrossEntropy } from '../../../src/diagnosis/rules/softmax-before-cross-entropy.js';
import { at, LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function loss(name: string, given: Partial<LossSeen>): RuleCase {
  return { name, messages: [lossSeen(given), steps({ loss: [2.3, 2.2] })] };
}

testRule(softmaxBeforeCrossEntropy, {
  silent: [
    loss('logits of a linear layer', { outputActivation: 'none' }),
    loss('a log-softmax, which is the same again', { outputActivation: 'log_softmax' }),
    loss('another activation', { outputActivation: 'relu' }),
    loss('nothing known of the activation', {}),
    loss('log-probabilities', { function: 'nll_loss', outputActivation: 'softmax' }),
    loss('a cross-entropy over probabilities', { expects: 'probabilities', outputActivation: 'softmax' }),
    loss('a single class, which is another rule’s', { outputActivation: 'softmax', classes: 1 }),
    loss('a regression to probabilities', { function: 'mse_loss', outputActivation: 'softmax' }),
  ],
  fires: [
    {
      ...loss('a softmax', {
        outputActivation: 'softmax',
        outputSource: at(20),
        outputMin: 0.01,
        outputMax: 0.4,
      }),
      step: 0,
      line: 20,
      evidence: { activation: 'softmax', lowestLoss: Math.log(1 + 9 / Math.E), outputMax: 0.4 },
      message: /^Cross-entropy gets the result of a softmax, /,
    },
    {
      ...loss('a sigmoid, of an unknown number of outputs', { outputActivation: 'sigmoid' }),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'sigmoid' },
    },
    {
      name: 'a second loss that joins later',
      messages: [
        lossSeen({ outputActivation: 'none' }),
        steps({ loss: [2.3, 2.2] }),
        lossSeen({ id: 1, series: 'loss/1', outputActivation: 'softmax' }),
      ],
      step: 2,
      line: LINES.loss,
      evidence: {},
    },
  ],
});
