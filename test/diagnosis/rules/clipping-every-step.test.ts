import { clippingEveryStep } from '../../../src/diagnosis/rules/clipping-every-step.js';
import type { ClippingSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const LENGTH = 120;
const clip: ClippingSeen = {
  type: 'clipping',
  kind: 'norm',
  limit: 0.01,
  step: 0,
  scaled: false,
  gradients: 'fresh',
  source: at(44),
};

function clipped(name: string, norm: number, falls: boolean, optimizer = 'SGD'): RuleCase {
  const next = random(6);
  const scalars = {
    loss: Array.from({ length: LENGTH }, (_, i) => 2.3 - (falls ? 0.01 * i : 0) + 0.05 * next()),
    gradNorm: Array.from({ length: LENGTH }, () => norm),
    clipNorm: Array.from({ length: LENGTH }, () => 0.01),
  };
  return { name, messages: [optimizerSeen({ name: optimizer }), lossSeen(), clip, steps(scalars)] };
}

testRule(clippingEveryStep, {
  silent: [
    clipped('norms below the threshold', 0.001, false),
    clipped('norms a little above it', 0.05, false),
    clipped('norms far above it, in a network that learns', 5, true),
    clipped('an optimizer that divides the length out', 5, false, 'Adam'),
  ],
  fires: [
    {
      ...clipped('a threshold far too low', 5, false),
      step: 99,
      line: 44,
      evidence: { factor: 500, clipNorm: 0.01, clipped: 100, steps: 100 },
    },
  ],
});
