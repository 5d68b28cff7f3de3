/** Symptoms that bring about others, one after the other in time; and resources. */
import type { Finding } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import type { Causation } from './causation.js';

/** Steps within which a broken update has shown in everything it can break. */
const SOON = 100;

const SILENT_UNITS = text('Units that no longer react pass no gradient on.');

/** Growing weights and a growing loss are seen together, and then the weights are the reason. */
function isBefore(cause: Finding, symptom: Finding): boolean {
  return symptom.rule === 'weights-diverging' ? cause.step < symptom.step : cause.step <= symptom.step;
}

export const CHAINS: readonly Causation[] = [
  {
    cause: 'no-warmup',
    symptoms: [
      'loss-spike',
      'oscillating-loss',
      'exploding-gradient',
      'diverging-loss',
      'not-learning',
      'update-ratio',
    ],
    because: text('The first updates are made with statistics of hardly any gradient.'),
  },
  {
    cause: 'exploding-gradient',
    within: SOON,
    symptoms: [
      ...['non-finite-gradient', 'non-finite-loss', 'diverging-loss', 'loss-spike', 'oscillating-loss'],
      ...['weights-diverging', 'update-ratio', 'clipping-every-step', 'loss-scale-collapse', 'dead-relu'],
      ...['saturated-activation', 'not-learning', 'constant-loss', 'vanishing-gradient', 'underfitting'],
      'initial-loss',
    ],
    because: text(
      'An update by an exploding gradient throws the weights so far that the next forward pass overflows.',
    ),
  },
  {
    cause: 'weights-diverging',
    within: SOON,
    symptoms: [
      'non-finite-loss',
      'non-finite-gradient',
      'diverging-loss',
      'saturated-activation',
      'not-learning',
    ],
    because: text('Growing weights make growing outputs, until they overflow.'),
  },
  {
    cause: 'non-finite-gradient',
    within: SOON,
    symptoms: ['non-finite-loss', 'initial-loss'],
    because: text('Numbers that are too large make the gradient overflow, and its update the weights.'),
    applies: (cause, symptom) =>
      symptom.rule === 'initial-loss' ? cause.step === symptom.step : cause.step < symptom.step,
  },
  {
    cause: 'non-finite-loss',
    symptoms: [
      ...[
        'non-finite-gradient',
        'diverging-loss',
        'weights-diverging',
        'loss-scale-collapse',
        'not-learning',
      ],
      ...['constant-loss', 'oscillating-loss', 'loss-spike', 'update-ratio', 'dead-relu', 'underfitting'],
    ],
    because: text('A loss that is not finite has a gradient that is not.'),
    applies: isBefore,
  },
  {
    cause: 'dead-relu',
    symptoms: ['vanishing-gradient', 'not-learning', 'constant-loss', 'underfitting', 'no-gradient'],
    because: SILENT_UNITS,
  },
  {
    cause: 'saturated-activation',
    symptoms: ['vanishing-gradient', 'not-learning', 'constant-loss', 'underfitting', 'no-gradient'],
    because: SILENT_UNITS,
  },
  {
    cause: 'no-gradient',
    symptoms: [
      'vanishing-gradient',
      'not-learning',
      'constant-loss',
      'underfitting',
      'learning-rate-too-low',
      'update-ratio',
    ],
    because: text('Weights that get no gradient learn nothing.'),
  },
  {
    cause: 'vanishing-gradient',
    symptoms: ['not-learning', 'constant-loss', 'underfitting', 'update-ratio', 'learning-rate-too-low'],
    because: text('The first layers get almost no gradient, so they learn almost nothing.'),
  },
  {
    cause: 'clipping-every-step',
    symptoms: ['not-learning', 'underfitting', 'learning-rate-too-low', 'update-ratio'],
    because: text('Clipping makes every update as small as its threshold.'),
  },
  {
    cause: 'learning-rate-too-low',
    symptoms: ['not-learning', 'constant-loss', 'underfitting', 'update-ratio'],
    because: text('The weights hardly move from where they started.'),
  },
  {
    cause: 'diverging-loss',
    symptoms: [
      'update-ratio',
      'weights-diverging',
      'loss-spike',
      'oscillating-loss',
      'not-learning',
      'underfitting',
    ],
    because: text('A training that runs away shows in everything that is measured of it.'),
    applies: isBefore,
  },
  {
    cause: 'loss-spike',
    symptoms: ['oscillating-loss', 'not-learning', 'underfitting'],
    because: text('The update of that step threw away what the weights had learned.'),
    applies: (cause, symptom) => cause.step < symptom.step,
  },
  {
    cause: 'constant-loss',
    symptoms: ['not-learning', 'underfitting', 'early-stopping-due'],
    because: text('A loss that does not move at all is not learned from.'),
  },
  {
    cause: 'not-learning',
    symptoms: ['underfitting', 'oscillating-loss', 'early-stopping-due', 'update-ratio'],
    because: text('What is not learned cannot get better on other data either.'),
  },
  {
    cause: 'oscillating-loss',
    symptoms: ['loss-spike', 'update-ratio', 'underfitting'],
    because: text('A loss that swings with every step has peaks.'),
    applies: (cause, symptom) => symptom.rule !== 'loss-spike' || cause.step <= symptom.step,
  },
  {
    cause: 'validation-in-training-mode',
    symptoms: ['overfitting', 'early-stopping-due'],
    because: text(
      'The validation loss is that of a model with dropout switched on, so it cannot be compared.',
    ),
  },
  {
    cause: 'overfitting',
    symptoms: ['early-stopping-due'],
    because: text('The model learns the training data by heart, so that it gets worse on other data.'),
  },
];

export const RESOURCE_CHAINS: readonly Causation[] = [
  {
    cause: 'data-bottleneck',
    symptoms: ['gpu-idle', 'step-time-outliers', 'stalled-rank'],
    because: text('The device waits while the next batch is prepared.'),
    applies: (cause, symptom) => symptom.rule !== 'stalled-rank' || cause.rank === symptom.rank,
  },
  {
    cause: 'model-on-cpu',
    symptoms: ['gpu-idle'],
    because: text('Nothing of the model runs on the GPU.'),
  },
  {
    cause: 'memory-growth',
    symptoms: ['near-out-of-memory', 'step-time-outliers'],
    because: text('What grows step by step fills the memory in the end.'),
  },
];
