/** Faults of the training loop, the model's parameters and the optimizer. */
import type { Finding } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { BLOW_UP, type Causation, isNoRateBeyondUse, STALL } from './causation.js';

const UNTOUCHED = text('Weights that are never changed learn nothing.');

/** Recipes for Adam go up to 0.01; ten times that outweighs the loss. */
function hasStrongDecay({ evidence }: Finding): boolean {
  return Number(evidence['weightDecay']) >= 0.1;
}

export const UPDATE_FAULTS: readonly Causation[] = [
  {
    cause: 'frozen-parameters',
    symptoms: [...STALL, 'no-gradient', 'update-ratio', 'parameters-not-optimised'],
    because: UNTOUCHED,
  },
  {
    cause: 'parameters-not-optimised',
    symptoms: [...STALL, 'update-ratio', 'gradients-not-cleared'],
    because: UNTOUCHED,
  },
  {
    cause: 'gradients-not-cleared',
    symptoms: [...BLOW_UP, ...STALL, 'learning-rate-too-high', 'overfitting', 'no-warmup'],
    because: text(
      'Every step applies the sum of all gradients so far, so updates grow and point into the past.',
    ),
  },
  {
    cause: 'clipping-out-of-order',
    symptoms: [...BLOW_UP, ...STALL, 'learning-rate-too-high'],
    because: text('Gradients that are clipped at the wrong moment are applied unclipped.'),
    applies: isNoRateBeyondUse,
  },
  {
    cause: 'clipping-before-unscale',
    symptoms: [...STALL, 'clipping-every-step', 'update-ratio', 'loss-scale-collapse'],
    because: text('The threshold is compared with a gradient that is multiplied by the loss scale.'),
  },
  {
    cause: 'poor-initialisation',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'no-warmup'],
    because: text('Layers that start out too large or too small multiply up through the depth of the model.'),
    applies: isNoRateBeyondUse,
  },
  {
    cause: 'weight-decay-too-high',
    symptoms: [...BLOW_UP, ...STALL, 'underfitting', 'weight-decay-on-norm', 'adam-with-l2'],
    because: text('What the gradient builds up is taken away again within a few steps.'),
  },
  {
    cause: 'training-in-evaluation-mode',
    symptoms: ['overfitting', 'early-stopping-due'],
    because: text(
      'Without dropout and the noise of batch statistics the model learns its examples by heart.',
    ),
  },
  {
    cause: 'scheduler-out-of-place',
    symptoms: [
      'learning-rate-too-low',
      'learning-rate-too-high',
      'not-learning',
      'no-warmup',
      'underfitting',
    ],
    because: text('The schedule runs faster or slower than it was planned, so the learning rate is another.'),
  },
  {
    cause: 'scheduler-never-steps',
    symptoms: [
      'learning-rate-too-low',
      'learning-rate-too-high',
      'oscillating-loss',
      'not-learning',
      'no-warmup',
    ],
    because: text('The learning rate stays where the schedule should only have begun.'),
  },
  {
    cause: 'learning-rate-too-high',
    symptoms: [
      ...BLOW_UP,
      ...STALL.filter((id) => id !== 'learning-rate-too-low'),
      'no-warmup',
      'early-stopping-due',
    ],
    because: text('Each update overshoots what the gradient can tell about the loss.'),
  },
  {
    cause: 'adam-with-l2',
    symptoms: ['not-learning', 'underfitting'],
    hint: true,
    applies: hasStrongDecay,
    because: text('The weights are drawn to zero as strongly as the loss draws them away from it.'),
  },
];
