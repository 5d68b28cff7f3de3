/** Faults of the loss function and of what it is given: facts of the program, so they act at every step. */
import { text } from '../../protocol/values.js';
import { BLOW_UP, type Causation, STALL } from './causation.js';

const SQUASHED = text(
  'The loss function squashes values that were squashed before: its gradient is small, and it cannot come near zero.',
);

export const LOSS_FAULTS: readonly Causation[] = [
  {
    cause: 'targets-out-of-range',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'unsuited-loss'],
    because: text('No output of the model can match a target that the loss function does not allow.'),
  },
  {
    cause: 'one-output-cross-entropy',
    symptoms: [...STALL, 'no-gradient', 'initial-loss', 'update-ratio', 'unsuited-output-activation'],
    because: text('The softmax of a single number is always 1, so the loss and its gradient are zero.'),
  },
  {
    cause: 'softmax-before-cross-entropy',
    symptoms: [...STALL, 'oscillating-loss', 'update-ratio', 'unsuited-output-activation', 'unsuited-loss'],
    because: SQUASHED,
  },
  {
    cause: 'sigmoid-before-bce-with-logits',
    symptoms: [...STALL, 'oscillating-loss', 'update-ratio', 'unsuited-output-activation', 'unsuited-loss'],
    because: SQUASHED,
  },
  {
    cause: 'logits-before-bce',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'unsuited-output-activation'],
    because: text(
      'The logarithm of a number that is no probability is undefined or cut off, and so is its gradient.',
    ),
  },
  {
    cause: 'nll-without-log-probabilities',
    symptoms: [...BLOW_UP, ...STALL, 'initial-loss', 'learning-rate-too-high', 'unsuited-output-activation'],
    because: text(
      'Without log-probabilities the loss has no lower bound: it falls as the outputs grow, whether they are right or not.',
    ),
  },
  {
    cause: 'target-broadcast',
    symptoms: [...STALL, 'initial-loss', 'oscillating-loss', 'overfitting', 'no-gradient'],
    because: text(
      'Every output is compared with every target of the batch, so the best the model can do is the mean.',
    ),
  },
  {
    cause: 'unsuited-output-activation',
    symptoms: [...STALL, 'initial-loss', 'oscillating-loss', 'no-gradient', 'update-ratio'],
    because: text('The last activation keeps the outputs from where the targets are.'),
  },
  {
    cause: 'unsuited-loss',
    symptoms: [
      ...BLOW_UP,
      ...STALL,
      'initial-loss',
      'oscillating-loss',
      'loss-spike',
      'learning-rate-too-high',
    ],
    because: text('The loss function does not measure what the targets mean.'),
  },
];
