import { nonFiniteGradient } from '../../../src/diagnosis/rules/non-finite-gradient.js';
import { at, LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const line = LINES.backward;
const start = [optimizerSeen(), lossSeen()];

function norms(name: string, loss: number[], gradNorm: (number | null)[], more: object = {}): RuleCase {
  return { name, messages: [...start, steps({ loss, gradNorm, ...more })] };
}

const seen = {
  type: 'nonFinite' as const,
  step: 1,
  where: 'gradient' as const,
  names: ['fc.weight', 'fc.bias'],
};
const origin = {
  type: 'origin' as const,
  step: 1,
  direction: 'backward' as const,
  layer: 3,
  module: 'distance',
  kind: 'Distance',
  operation: 'sqrt',
  source: at(66),
  inputMin: 0,
  inputMax: 4,
};

testRule(nonFiniteGradient, {
  silent: [
    norms('finite gradients', [2, 1, 1], [3, 1e30, 2]),
    norms('a loss that is not finite either', [2, NaN, NaN], [3, NaN, NaN]),
    norms('gradients after such a loss', [2, Infinity, 1], [3, null, NaN]),
    norms('steps that a gradient scaler skipped', [2, 2, 2], [Infinity, Infinity, 3], { skipped: [1, 1, 0] }),
  ],
  fires: [
    {
      ...norms('a NaN in the gradient alone', [2, 1.9, NaN], [3, NaN, NaN]),
      step: 1,
      line,
      evidence: { norm: 'NaN', loss: 1.9 },
    },
    {
      name: 'with the parameters it was seen in',
      messages: [...start, seen, steps({ loss: [2, 1.9], gradNorm: [3, Infinity] })],
      step: 1,
      line,
      evidence: { norm: 'Infinity', parameters: 'fc.weight, fc.bias' },
      message: /first seen in fc\.weight, fc\.bias\.$/,
    },
    {
      name: 'with the module that it comes from, said later',
      messages: [...start, seen, steps({ loss: [2, 1.9], gradNorm: [3, NaN] }), origin],
      step: 1,
      line: 66,
      evidence: { module: 'distance', inputMin: 0, inputMax: 4 },
      message: /what leaves distance \(sqrt\) backwards\.$/,
    },
    {
      ...norms(
        'a scale that is not what overflows',
        Array<number>(7).fill(2),
        Array<number>(7).fill(Infinity),
        {
          skipped: Array<number>(7).fill(1),
        },
      ),
      step: 5,
      line,
      evidence: { norm: 'Infinity' },
    },
  ],
});
