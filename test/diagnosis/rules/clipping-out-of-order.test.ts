import { clippingOutOfOrder } from '../../../src/diagnosis/rules/clipping-out-of-order.js';
import type { ClippingSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function clip(step: number, gradients: ClippingSeen['gradients']): ClippingSeen {
  return { type: 'clipping', kind: 'norm', limit: 1, step, scaled: false, gradients, source: at(44) };
}

function order(name: string, clips: ClippingSeen[], optimizers = 1): RuleCase {
  return {
    name,
    messages: [
      ...Array.from({ length: optimizers }, (_, id) => optimizerSeen({ id })),
      lossSeen(),
      steps({ loss: [2.3] }),
      ...clips,
      steps({ loss: [2.2, 2.1, 2] }, 1),
    ],
  };
}

testRule(clippingOutOfOrder, {
  silent: [
    order('after backward', [clip(0, 'fresh')]),
    order('one trial call before the first backward', [clip(0, 'stale'), clip(1, 'fresh')]),
    order('two optimizers that share a backward pass', [clip(0, 'stale')], 2),
    { name: 'just now', messages: [optimizerSeen(), clip(0, 'stale'), steps({ loss: [2.3, 2.2] })] },
  ],
  fires: [{ ...order('before backward or after step', [clip(0, 'stale')]), step: 0, line: 44, evidence: {} }],
});
