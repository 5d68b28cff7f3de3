import { adamWithL2 } from '../../../src/diagnosis/rules/adam-with-l2.js';
import type { OptimizerSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const optimizer = (name: string, options: OptimizerSeen['groups'][number]['options']) =>
  optimizerSeen({ name, groups: [{ parameters: 4, options: { lr: 1e-3, ...options } }] });
const run = [lossSeen(), steps({ loss: [2.3, 2.2] })];

testRule(adamWithL2, {
  silent: [
    { name: 'Adam without decay', messages: [optimizer('Adam', { weight_decay: 0 }), ...run] },
    { name: 'Adam with a small L2 term', messages: [optimizer('Adam', { weight_decay: 1e-4 }), ...run] },
    { name: 'AdamW', messages: [optimizer('AdamW', { weight_decay: 0.1 }), ...run] },
    { name: 'SGD', messages: [optimizer('SGD', { weight_decay: 0.05 }), ...run] },
    {
      name: 'decoupled decay',
      messages: [optimizer('NAdam', { weight_decay: 0.05, decoupled_weight_decay: true }), ...run],
    },
  ],
  fires: [
    {
      name: 'Adam with the decay of AdamW',
      messages: [optimizer('Adam', { weight_decay: 0.01 }), ...run],
      step: 0,
      line: LINES.optimizer,
      evidence: { optimizer: 'Adam', weightDecay: 0.01 },
    },
  ],
});
