import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { sigmoidBeforeBceWithLogits } from '../../../src/diagnosis/rules/sigmoid-before-bce-with-logits.js';
import { at, LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

function loss(
  name: string,
  outputActivation: LossSeen['outputActivation'],
  more: Partial<LossSeen> = {},
): RuleCase {
  const activation = outputActivation ? { outputActivation } : {};
  return {
    name,
    messages: [lossSeen({ function: 'binary_cross_entropy_with_logits', ...activation, ...more })],
  };
}

testRule(sigmoidBeforeBceWithLogits, {
  silent: [
    loss('logits', 'none'),
    loss('an activation that is not known', undefined, { outputMin: 0.4, outputMax: 0.6 }),
    loss('a ReLU, which is another rule’s', 'relu'),
    loss('a sigmoid before the loss that wants it', 'sigmoid', { function: 'binary_cross_entropy' }),
    loss('a loss that says it wants probabilities', 'sigmoid', { expects: 'probabilities' }),
  ],
  fires: [
    {
      ...loss('a sigmoid', 'sigmoid', { outputSource: at(21), outputMin: 0.4, outputMax: 0.6 }),
      step: 0,
      line: 21,
      evidence: { activation: 'sigmoid', outputMin: 0.4 },
      message: /gets the result of a sigmoid/,
    },
    { ...loss('a softmax', 'softmax'), step: 0, line: LINES.loss, evidence: { activation: 'softmax' } },
  ],
});
