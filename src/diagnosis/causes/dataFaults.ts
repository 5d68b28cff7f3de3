/** Faults of the data and of the way it is fed. */
import { text } from '../../protocol/values.js';
import { BLOW_UP, type Causation, isNoRateBeyondUse, STALL } from './causation.js';

export const DATA_FAULTS: readonly Causation[] = [
  {
    cause: 'non-finite-data',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'inputs-not-normalised'],
    because: text('A value that is not a number makes every result not a number that it goes into.'),
  },
  {
    cause: 'wrong-data-type',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'inputs-not-normalised'],
    because: text('The model does not get the numbers that the data holds.'),
  },
  {
    cause: 'wrong-data-layout',
    symptoms: [...STALL, 'oscillating-loss', 'initial-loss', 'overfitting'],
    because: text('The model reads the axes of the data in another order than they are in.'),
  },
  {
    cause: 'constant-input',
    symptoms: [...STALL, 'repeated-batches', 'inputs-not-normalised', 'oscillating-loss'],
    because: text('Inputs that are all the same tell nothing about their targets.'),
  },
  {
    cause: 'inputs-not-normalised',
    symptoms: [
      ...BLOW_UP,
      ...STALL,
      'initial-loss',
      'poor-initialisation',
      'learning-rate-too-high',
      'no-warmup',
    ],
    because: text('Outputs and gradients grow with the scale of the inputs.'),
    applies: isNoRateBeyondUse,
  },
  {
    cause: 'targets-not-normalised',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'no-warmup'],
    because: text('The loss and its gradient grow with the scale of the targets.'),
    applies: isNoRateBeyondUse,
  },
  {
    cause: 'batch-norm-batch-of-one',
    symptoms: [...STALL, 'non-finite-loss', 'non-finite-gradient', 'loss-spike', 'oscillating-loss'],
    because: text('Batch normalisation over a single example puts out the same whatever the input is.'),
  },
  {
    cause: 'repeated-batches',
    symptoms: ['overfitting', 'early-stopping-due', 'underfitting', 'constant-loss', 'unshuffled-data'],
    because: text('The model sees only a part of the data, over and over.'),
  },
  {
    cause: 'unshuffled-data',
    symptoms: [
      'oscillating-loss',
      'loss-spike',
      'imbalanced-labels',
      'overfitting',
      'not-learning',
      'underfitting',
    ],
    because: text('Each batch holds few of the classes, so the model learns what it saw last.'),
  },
  {
    cause: 'imbalanced-labels',
    symptoms: ['not-learning', 'constant-loss', 'underfitting'],
    because: text('Guessing the commonest class already gives a low loss.'),
  },
];
