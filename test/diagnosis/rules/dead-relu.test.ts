import { deadRelu } from '../../../src/diagnosis/rules/dead-relu.js';
import {
  activation,
  activationsSeen,
  layersSeen,
  measured,
  parameterSeen,
  parametersSeen,
} from '../modelMessages.js';
import { lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const start = [
  optimizerSeen(),
  lossSeen(),
  layersSeen(['', 'Net'], ['fc', 'Linear'], ['act', 'ReLU'], ['head', 'Linear']),
  parametersSeen(parameterSeen('fc.weight', { layer: 1 }), parameterSeen('head.weight', { layer: 3 })),
];

/** Measures of the first three steps, then a loss. */
function relu(name: string, dead: number[], gradient: number, loss: number[], rows = 64): RuleCase {
  const seen = dead.map((share, step) =>
    activationsSeen(
      step,
      activation(1, 'Linear'),
      activation(2, 'ReLU', { dead: share }),
      activation(3, 'Linear'),
    ),
  );
  return {
    name,
    messages: [
      ...start.map((message) => (message.type === 'loss' ? lossSeen({ outputShape: [rows, 10] }) : message)),
      measured(0, { gradNorm: [gradient, 1] }),
      ...seen,
      steps({ loss }),
    ],
  };
}

const next = random(3);
const flat = Array.from({ length: 70 }, () => 2.3 + 0.02 * next());
const falling = Array.from({ length: 70 }, (_, i) => 2.3 * Math.exp(-i / 20) + 0.02 * next());

testRule(deadRelu, {
  silent: [
    {
      name: 'a small branch that the gradient goes around',
      messages: [
        optimizerSeen(),
        lossSeen(),
        layersSeen(
          ['', 'Net'],
          ['conv', 'Conv2d'],
          ['squeeze', 'Conv2d'],
          ['act', 'ReLU'],
          ['head', 'Linear'],
        ),
        parametersSeen(
          ...['conv', 'squeeze', 'act', 'head']
            .map((name, index) => parameterSeen(`${name}.weight`, { layer: index + 1 }))
            .filter((_, index) => index !== 2),
        ),
        measured(0, { gradNorm: [1, 0, 1] }),
        ...[0, 1, 2].map((step) =>
          activationsSeen(
            step,
            activation(1, 'Conv2d'),
            activation(2, 'Conv2d'),
            activation(3, 'ReLU', { dead: 1 }),
            activation(4, 'Linear'),
          ),
        ),
        steps({ loss: falling }),
      ],
    },
    relu('a few units', [0.2, 0.3, 0.3], 1, flat),
    relu('a layer that learns with few units', [0.95, 0.95, 0.95], 1, falling),
    relu('a loss that has had no time to fall', [0.95, 0.95, 0.95], 1, flat.slice(0, 12)),
    relu('one batch that is unlike the others', [1, 0.1, 1], 0, flat),
    relu('one example a batch, of which chance makes zeros', [1, 1, 1], 0, flat, 1),
    relu(
      'a dead branch beside one that lets the gradient through, in a net that learns',
      [1, 1, 1],
      0.5,
      falling,
    ),
  ],
  fires: [
    {
      ...relu('a first layer with its activation in it', [], 0, falling),
      messages: [
        ...start,
        measured(0, { gradNorm: [0, 1] }),
        ...[0, 1, 2].map((step) =>
          activationsSeen(step, activation(1, 'relu', { dead: 1 }), activation(3, 'Linear')),
        ),
      ],
      step: 2,
      line: 102,
      evidence: { layer: 'fc', dead: 1 },
    },
    {
      ...relu(
        'a whole layer that blocks the gradient, though a bias still lowers the loss',
        [1, 1, 1],
        0,
        falling,
      ),
      step: 2,
      line: 103,
      evidence: { layer: 'act', dead: 1, since: 0, measures: 3 },
      message: /^All units of act are zero for every example since step 0/,
    },
    {
      ...relu('most of a layer, and nothing is learned', [0.92, 0.95, 0.95], 1, flat),
      step: 49,
      line: 103,
      evidence: { layer: 'act', dead: 0.95 },
      message: /^Of the units of act, 95 % are zero/,
    },
  ],
});
