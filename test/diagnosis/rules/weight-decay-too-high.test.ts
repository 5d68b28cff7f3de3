import { weightDecayTooHigh } from '../../../src/diagnosis/rules/weight-decay-too-high.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function run(name: string, optimizer: string, options: Record<string, number>): RuleCase {
  const seen = optimizerSeen({ name: optimizer, groups: [{ parameters: 4, options }] });
  const rate = options['lr'] ?? NaN;
  const scalars = { loss: [2, 2, 2, 2, 2, 2, 2, 2], 'learningRate/0': Array<number>(8).fill(rate) };
  return { name, messages: [seen, lossSeen(), steps(scalars)] };
}

testRule(weightDecayTooHigh, {
  silent: [
    run('an image network', 'SGD', { lr: 0.1, momentum: 0.9, weight_decay: 5e-4 }),
    run('a transformer', 'AdamW', { lr: 1e-3, weight_decay: 0.3 }),
    run('a race for speed', 'SGD', { lr: 1.5e-3, momentum: 0.85, weight_decay: 1.3 }),
    run('directions of batch-normalised weights', 'SGD', { lr: 0.05, momentum: 0.9, weight_decay: 0.1 }),
    run('a decay in the gradient of Adam', 'Adam', { lr: 1e-3, weight_decay: 100 }),
    run('no decay', 'SGD', { lr: 10 }),
  ],
  fires: [
    {
      ...run('a decay of a hundred', 'AdamW', { lr: 1e-3, weight_decay: 100 }),
      step: 4,
      line: LINES.optimizer,
      evidence: { weightDecay: 100, learningRate: 1e-3 },
      message:
        /^The weight decay of AdamW is too high: 100 at a learning rate of .* takes 10 % of each weight/,
    },
    {
      ...run('decay that momentum adds up', 'SGD', { lr: 0.1, momentum: 0.9, weight_decay: 0.1 }),
      step: 4,
      line: LINES.optimizer,
      evidence: { weightDecay: 0.1, learningRate: 0.1 },
    },
  ],
});
