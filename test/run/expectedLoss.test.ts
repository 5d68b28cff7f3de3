import { describe, expect, it } from 'vitest';
import type { LossSeen } from '../../src/protocol/telemetry.js';
import { expectedInitialLoss } from '../../src/run/expectedLoss.js';

function loss(given: Partial<LossSeen>): LossSeen {
  return {
    type: 'loss',
    id: 0,
    series: 'loss',
    label: 'loss',
    optimizer: 0,
    function: 'unknown',
    pure: true,
    ...given,
  };
}

/**
 * Losses of an all-zero output (an untrained model's best guess) as torch 1.13.1 and 2.13.0 computed them, for the
 * targets named; the facts are of those targets.
 */
const TORCH: [string, Partial<LossSeen>, number, string][] = [
  [
    'cross_entropy, 10 classes',
    { function: 'cross_entropy', classes: 10, reduction: 'mean' },
    2.302585,
    'ln(10)',
  ],
  [
    'with label smoothing 0.1',
    { function: 'cross_entropy', classes: 10, labelSmoothing: 0.1 },
    2.302585,
    'ln(10)',
  ],
  [
    'with weights [1, 5, 1] on targets [0, 1, 1, 2], mean',
    { function: 'cross_entropy', classes: 3, reduction: 'mean', elements: 4, meanTargetWeight: 3 },
    1.098612,
    'ln(3)',
  ],
  [
    'the same, sum',
    { function: 'cross_entropy', classes: 3, reduction: 'sum', elements: 4, meanTargetWeight: 3 },
    13.183347,
    '3 · ln(3) · 4',
  ],
  [
    'nll_loss of log_softmax',
    { function: 'nll_loss', classes: 4, reduction: 'sum', elements: 8 },
    11.090355,
    'ln(4) · 8',
  ],
  ['binary_cross_entropy', { function: 'binary_cross_entropy', reduction: 'mean' }, 0.693147, 'ln(2)'],
  [
    'binary_cross_entropy_with_logits, pos_weight 9 on targets [1, 0, 0, 0]',
    { function: 'binary_cross_entropy_with_logits', positiveWeight: 9, targetMean: 0.25, elements: 4 },
    2.079442,
    '3 · ln(2)',
  ],
  ['mse_loss on targets [1, 2, 3]', { function: 'mse_loss', targetMeanSquare: 14 / 3 }, 4.666667, 'mean(y²)'],
  [
    'mse_loss, sum',
    { function: 'mse_loss', targetMeanSquare: 14 / 3, reduction: 'sum', elements: 3 },
    14,
    'mean(y²) · 3',
  ],
  ['l1_loss on targets [-1, 2, 3]', { function: 'l1_loss', targetMeanAbsolute: 2 }, 2, 'mean(|y|)'],
];

describe('expectedInitialLoss', () => {
  it.each(TORCH)('is what an output of zeros costs: %s', (_name, given, value, formula) => {
    const expected = expectedInitialLoss(loss(given));
    expect(expected?.value).toBeCloseTo(value, 5);
    expect(expected?.formula).toBe(formula);
  });

  const unknown: [string, Partial<LossSeen>][] = [
    ['an expression of the script’s own', { function: 'unknown' }],
    ['a sum with other terms', { function: 'cross_entropy', classes: 10, pure: false }],
    ['a model with loaded weights', { function: 'cross_entropy', classes: 10, resumed: true }],
    ['a single class', { function: 'cross_entropy', classes: 1 }],
    ['unknown classes', { function: 'cross_entropy' }],
    ['a reduction by the script itself', { function: 'mse_loss', targetMeanSquare: 1, reduction: 'none' }],
    ['a sum over unknown elements', { function: 'mse_loss', targetMeanSquare: 1, reduction: 'sum' }],
    [
      'a positive weight without the share of positives',
      { function: 'binary_cross_entropy_with_logits', positiveWeight: 9 },
    ],
    ['a squared error without statistics of the target', { function: 'mse_loss', reduction: 'mean' }],
  ];

  it.each(unknown)('is not known for %s', (_name, given) => {
    expect(expectedInitialLoss(loss(given))).toBeNull();
  });
});
