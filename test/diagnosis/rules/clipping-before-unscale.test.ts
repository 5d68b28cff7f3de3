import { clippingBeforeUnscale } from '../../../src/diagnosis/rules/clipping-before-unscale.js';
import type { ClippingSeen } from '../../../src/protocol/telemetry.js';
import { at, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function clipping(name: string, given: Partial<ClippingSeen>): RuleCase {
  const seen: ClippingSeen = {
    type: 'clipping',
    kind: 'norm',
    limit: 1,
    step: 0,
    scaled: false,
    gradients: 'fresh',
    source: at(44),
    ...given,
  };
  return { name, messages: [optimizerSeen(), seen, steps({ loss: [2.3], lossScale: [65536] })] };
}

testRule(clippingBeforeUnscale, {
  silent: [
    clipping('unscaled gradients', {}),
    clipping('in the wrong place, which is another rule’s', { gradients: 'stale' }),
  ],
  fires: [
    { ...clipping('scaled gradients', { scaled: true }), step: 0, line: 44, evidence: { limit: 1 } },
    {
      ...clipping('by value', { scaled: true, kind: 'value', limit: 0.5, step: 3 }),
      step: 3,
      line: 44,
      evidence: { limit: 0.5 },
    },
  ],
});
