import { noGradient } from '../../../src/diagnosis/rules/no-gradient.js';
import {
  activation,
  activationsSeen,
  hello,
  layersSeen,
  measured,
  parameterSeen,
  parametersSeen,
} from '../modelMessages.js';
import { at, LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const start = [optimizerSeen(), lossSeen()];
const line = LINES.backward;

function norms(name: string, gradNorm: (number | null)[], loss = gradNorm.map(() => 2.3)): RuleCase {
  return {
    name,
    messages: [...start, steps({ loss, gradNorm, 'lr/0': gradNorm.map(() => 0.1) })],
  };
}

const layers = layersSeen(['', 'Net'], ['embed', 'Linear'], ['mid', 'Linear'], ['head', 'Linear']);
const ran = activationsSeen(0, activation(1, 'Linear'), activation(2, 'Linear'), activation(3, 'Linear'));
const weights = [
  parameterSeen('embed.weight', { layer: 1 }),
  parameterSeen('mid.weight', { layer: 2 }),
  parameterSeen('head.weight', { layer: 3 }),
];

function gradients(name: string, each: number[][], given: Partial<RuleCase> = {}): RuleCase {
  return {
    name,
    messages: [
      ...start,
      layers,
      parametersSeen(...weights),
      ran,
      ...each.map((gradNorm, step) => measured(step, { gradNorm })),
    ],
    ...given,
  };
}

/** A second model whose first steps are not the turn of any measure. */
const unmeasured = [
  hello,
  optimizerSeen(),
  lossSeen(),
  steps({ loss: [2.3, 2.2, 2.1, 2], gradNorm: [null, null, null, 0.4], 'lr/0': [0.1, 0.1, 0.1, 0.1] }),
];

function failure(message: string): RuleCase {
  const exception = { type: 'exception' as const, kind: 'RuntimeError', message, frames: [at(5), at(61)] };
  return { name: message, messages: [optimizerSeen(), exception] };
}

testRule(noGradient, {
  silent: [
    { ...norms('', []), name: 'steps that are not measured in TensorFlow.js', messages: unmeasured },
    norms('gradients from the first step on', [1, 0.9, 0.8]),
    norms('a step before the first backward pass', [null, 1, null, null, null]),
    norms('zero once, at the first step', [0, 1, 0, 0, 0, 0]),
    norms('a loss of zero, which nothing can be learned from', [0, 0, 0, 0], [0, 0, 0, 0]),
    norms('gradients that become zero when all is learned', [1, 0.1, 0, 0, 0, 0]),
    {
      name: 'a second optimizer that has not stepped',
      messages: [...start, steps({ loss: [1, 1, 1, 1], gradNorm: [1, 1, 1, 1], 'lr/0': [1, 1, 1, 1] })],
    },
    {
      name: 'gradients that are not measured',
      messages: [
        ...start,
        {
          type: 'notice',
          level: 'warning',
          code: 'measure-disabled',
          message: { template: 'off', args: [] },
        },
        steps({ loss: [1, 1, 1, 1], 'lr/0': [1, 1, 1, 1] }),
      ],
    },
    {
      name: 'clipping in front of backward, which measures zero',
      messages: [
        ...start,
        { type: 'clipping', kind: 'norm', limit: 1, step: 0, scaled: false, gradients: 'stale' },
        steps({ loss: [2, 2, 2], gradNorm: [0, 0, 0], 'lr/0': [1, 1, 1] }),
      ],
    },
    gradients('every layer', [
      [1, 1, 1],
      [1, 1, 1],
    ]),
    gradients('a layer in the middle that only some batches pass', [
      [1, NaN, 1],
      [1, NaN, 1],
    ]),
    gradients('a front part that another step reaches', [
      [NaN, 1, 1],
      [1, 1, 1],
      [NaN, 1, 1],
    ]),
    gradients(
      'an overflow',
      [
        [NaN, NaN, 1],
        [NaN, NaN, 1],
      ],
      {
        messages: [
          ...start,
          layers,
          parametersSeen(...weights),
          ran,
          { type: 'nonFinite', step: 0, where: 'gradient', names: ['embed.weight'] },
          measured(0, { gradNorm: [NaN, NaN, 1] }),
          measured(1, { gradNorm: [NaN, NaN, 1] }),
        ],
      },
    ),
    {
      name: 'a layer that never runs',
      messages: [
        ...start,
        layers,
        parametersSeen(...weights),
        activationsSeen(0, activation(2, 'Linear'), activation(3, 'Linear')),
        measured(0, { gradNorm: [NaN, 1, 1] }),
        measured(1, { gradNorm: [NaN, 1, 1] }),
      ],
    },
    {
      name: 'a frozen front part',
      messages: [
        ...start,
        layers,
        parametersSeen({ ...weights[0]!, requiresGrad: false }, weights[1]!, weights[2]!),
        ran,
        measured(0, { gradNorm: [NaN, 1, 1] }),
        measured(1, { gradNorm: [NaN, 1, 1] }),
      ],
    },
    {
      name: 'loaded features that are not to change',
      messages: [
        optimizerSeen(),
        lossSeen({ resumed: true }),
        layers,
        parametersSeen(...weights),
        ran,
        measured(0, { gradNorm: [NaN, NaN, 1] }),
        measured(1, { gradNorm: [NaN, NaN, 1] }),
      ],
    },
    {
      name: 'a generator, whose own optimizer has not stepped',
      messages: [
        ...start,
        layers,
        parametersSeen({ ...weights[0]!, optimizer: 1 }, { ...weights[1]!, optimizer: 1 }, weights[2]!),
        ran,
        measured(0, { gradNorm: [NaN, NaN, 1] }),
        measured(1, { gradNorm: [NaN, NaN, 1] }),
      ],
    },
    failure('shapes cannot be multiplied'),
  ],
  fires: [
    {
      ...failure('element 0 of tensors does not require grad and does not have a grad_fn'),
      step: 0,
      line: 61,
      evidence: { kind: 'failed' },
    },
    {
      ...failure(
        'Cannot find a connection between any variable and the result of the loss function y=f(x). Please make sure the operations that use variables are inside the function f passed to minimize().',
      ),
      step: 0,
      line: 61,
      evidence: { kind: 'failed' },
    },
    {
      ...norms('none at all, of a model that never ran', [null, null, null]),
      step: 2,
      line: LINES.optimizer,
      evidence: { kind: 'none' },
    },
    {
      name: 'none at all, of a model that runs',
      messages: [...start, ran, steps({ loss: [2, 2, 2], gradNorm: [null, null, null], 'lr/0': [1, 1, 1] })],
      step: 2,
      line,
      evidence: { kind: 'none' },
    },
    { ...norms('all zero', [0, 0, 0]), step: 2, line, evidence: { kind: 'zero', loss: 2.3 } },
    {
      name: 'a variable of a script’s own that the loss is computed with',
      messages: [
        hello,
        ...start,
        parametersSeen(
          parameterSeen('2', { layer: -1, shape: [64, 5] }),
          parameterSeen('0', { layer: -1, shape: [20, 64] }),
        ),
        measured(0, { gradNorm: [1, NaN] }),
        measured(1, { gradNorm: [1, NaN] }),
      ],
      step: 1,
      line: LINES.loss,
      evidence: { kind: 'cut', without: 1, of: 2, last: '0' },
    },
    {
      ...gradients('a cut in front of the head', [
        [NaN, NaN, 1],
        [NaN, NaN, 1],
      ]),
      step: 1,
      line: 103,
      evidence: { kind: 'cut', without: 2, of: 3, first: 'embed', last: 'mid' },
      message: /^Of 3 weights 2 never get a gradient.*through mid/,
    },
  ],
});
