import { unsuitedOutputActivation } from '../../../src/diagnosis/rules/unsuited-output-activation.js';
import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { at, LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

function loss(name: string, given: Partial<LossSeen>): RuleCase {
  return { name, messages: [lossSeen(given)] };
}

const relu = { outputActivation: 'relu' as const };
const mse = { function: 'mse_loss' };

testRule(unsuitedOutputActivation, {
  silent: [
    loss('logits', { outputActivation: 'none' }),
    loss('nothing known', {}),
    loss('a softmax, which is another rule’s', { outputActivation: 'softmax' }),
    loss('a ReLU before counts', { ...mse, ...relu, targetMin: 0, targetMax: 40 }),
    loss('a ReLU before targets with a little noise below zero', {
      ...mse,
      ...relu,
      targetMin: -0.05,
      targetMax: 3,
    }),
    loss('a sigmoid before pixels', { ...mse, outputActivation: 'sigmoid', targetMin: 0, targetMax: 1 }),
    loss('a tanh before pixels from -1 to 1', {
      ...mse,
      outputActivation: 'tanh',
      targetMin: -1,
      targetMax: 1.05,
    }),
    loss('a linear output', { ...mse, outputActivation: 'none', targetMin: -9, targetMax: 900 }),
    loss('targets that are not known', { ...mse, ...relu }),
    loss('probabilities where they are wanted', {
      function: 'binary_cross_entropy',
      outputActivation: 'sigmoid',
    }),
  ],
  fires: [
    {
      ...loss('a ReLU before a cross-entropy', { ...relu, outputSource: at(20) }),
      step: 0,
      line: 20,
      evidence: { activation: 'relu' },
      message: /^The model ends in relu, and cross_entropy takes its result for logits\.$/,
    },
    {
      ...loss('a tanh before a binary cross-entropy', {
        function: 'binary_cross_entropy_with_logits',
        outputActivation: 'tanh',
      }),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'tanh' },
    },
    {
      ...loss('a ReLU before targets below zero', { ...mse, ...relu, targetMin: -2.5, targetMax: 2.5 }),
      step: 0,
      line: LINES.loss,
      evidence: { targetMin: -2.5 },
      message: /^The targets go from -2\.5 to 2\.5; the model ends in relu, which is never below zero\.$/,
    },
    {
      ...loss('a sigmoid before prices', {
        function: 'l1_loss',
        outputActivation: 'sigmoid',
        targetMin: 5,
        targetMax: 50,
      }),
      step: 0,
      line: LINES.loss,
      evidence: { targetMax: 50 },
      message: /which reaches 0 to 1 only\.$/,
    },
  ],
});
