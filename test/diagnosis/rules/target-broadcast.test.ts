import { targetBroadcast } from '../../../src/diagnosis/rules/target-broadcast.js';
import { lossFailed } from '../messages.js';
import { LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

const line = LINES.loss;

function shapes(name: string, outputShape: number[], targetShape: number[], name_ = 'mse_loss'): RuleCase {
  return { name, messages: [lossSeen({ function: name_, outputShape, targetShape })] };
}

testRule(targetBroadcast, {
  silent: [
    shapes('the same shape', [64, 1], [64, 1]),
    shapes('one dimension each', [64], [64]),
    shapes('a batch of one', [1, 1], [1]),
    shapes('one number for all', [64, 1], []),
    shapes('one number for all, in a shape', [64, 1], [1]),
    shapes('a prototype for every example', [64, 8], [8]),
    shapes('distances between all pairs', [64, 1, 8], [1, 32, 8]),
    shapes('a column against a row', [64, 1], [1, 32]),
    shapes('a classification', [64, 10], [64], 'cross_entropy'),
    {
      name: 'a refusal of other sizes',
      messages: [lossFailed({ function: 'mse_loss', outputShape: [64, 3], targetShape: [64, 2] })],
    },
    { name: 'a refusal without shapes', messages: [lossFailed({ function: 'mse_loss' })] },
  ],
  fires: [
    {
      ...shapes('a column against a list', [64, 1], [64]),
      step: 0,
      line,
      evidence: { outputShape: '(64, 1)', targetShape: '(64)', comparedAs: '(64, 64)' },
      message:
        /^The output has shape \(64, 1\), the target \(64\): broadcasting compares them as \(64, 64\)\.$/,
    },
    {
      ...shapes('the reverse', [64], [64, 1], 'l1_loss'),
      step: 0,
      line,
      evidence: { comparedAs: '(64, 64)' },
    },
    {
      ...shapes('an own expression', [16, 1], [16], 'unknown'),
      step: 0,
      line,
      evidence: { comparedAs: '(16, 16)' },
    },
    {
      ...shapes('one output for many targets', [64, 1], [64, 10]),
      step: 0,
      line,
      evidence: { comparedAs: '(64, 10)' },
    },
    {
      name: 'a loss that refuses',
      messages: [
        lossFailed({ function: 'binary_cross_entropy_with_logits', outputShape: [64, 1], targetShape: [64] }),
      ],
      step: 0,
      line,
      evidence: { targetShape: '(64)' },
      message: /the loss wants them alike\.$/,
    },
  ],
});
