import { vanishingGradient } from '../../../src/diagnosis/rules/vanishing-gradient.js';
import { layersSeen, measured, parameterSeen, parametersSeen } from '../modelMessages.js';
import { lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const start = [
  optimizerSeen(),
  lossSeen(),
  layersSeen(...NAMES.map((name): [string, string] => [name, 'Linear'])),
  parametersSeen(...NAMES.map((name, layer) => parameterSeen(`${name}.weight`, { layer }))),
];
const next = random(5);
const flat = Array.from({ length: 30 }, () => 2.3 + 0.02 * next());
const towardsGuessing = Array.from({ length: 30 }, (_, i) => 2.28 + 0.8 * Math.exp(-i / 5));
const falling = Array.from({ length: 30 }, (_, i) => 2.3 - 0.05 * i);

function depth(name: string, each: number[][], loss = flat): RuleCase {
  const measures = each.map((gradNorm, step) => measured(step, { gradNorm }));
  return { name, messages: [...start, ...measures, steps({ loss, gradNorm: loss.map(() => 1) })] };
}

const small = [6.4e-6, 1e-4, 1e-2, 0.1, 6.4];

testRule(vanishingGradient, {
  silent: [
    depth('gradients of about one size', [
      [1, 2, 1, 3, 2],
      [1, 2, 1, 3, 2],
      [1, 2, 1, 3, 2],
    ]),
    depth('a loss that falls all the same', [small, small, small], falling),
    depth('too early to know', [small, small, small], flat.slice(0, 15)),
    depth('weights that begin at zero', [small, [0.1, 1, 1, 1, 1], small]),
    depth('a branch without gradient', [
      [0, 1, 1, 1, 1],
      [0, 1, 1, 1, 1],
      [0, 1, 1, 1, 1],
    ]),
    depth(
      'one small layer that is no matter of depth',
      [1, 2, 3].map(() => [1e-6, 1e-8, 1, 1e-3, 1]),
    ),
  ],
  fires: [
    {
      ...depth(
        'a last layer that learns how frequent the classes are',
        [small, small, small],
        towardsGuessing,
      ),
      step: 19,
      line: 101,
      evidence: { first: 'a', last: 'e' },
    },
    {
      ...depth('sigmoid upon sigmoid', [small, small, small]),
      step: 19,
      line: 101,
      evidence: { ratio: 1e-6, firstRms: 1e-7, lastRms: 0.1, first: 'a', last: 'e', measures: 3 },
    },
  ],
});
