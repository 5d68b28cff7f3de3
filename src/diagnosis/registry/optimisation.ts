import type { Rule } from '../rule.js';
import { optimizerNeverSteps } from '../rules/optimizer-never-steps.js';
import { schedulerNeverSteps } from '../rules/scheduler-never-steps.js';
import { schedulerOutOfPlace } from '../rules/scheduler-out-of-place.js';
import { adamWithL2 } from '../rules/adam-with-l2.js';
import { learningRateTooHigh } from '../rules/learning-rate-too-high.js';
import { learningRateTooLow } from '../rules/learning-rate-too-low.js';
import { lossScaleCollapse } from '../rules/loss-scale-collapse.js';
import { noWarmup } from '../rules/no-warmup.js';
import { weightDecayOnNorm } from '../rules/weight-decay-on-norm.js';
import { weightDecayTooHigh } from '../rules/weight-decay-too-high.js';

export const OPTIMISATION_RULES: readonly Rule<unknown>[] = [
  optimizerNeverSteps,
  schedulerNeverSteps,
  schedulerOutOfPlace,
  adamWithL2,
  learningRateTooHigh,
  learningRateTooLow,
  lossScaleCollapse,
  noWarmup,
  weightDecayOnNorm,
  weightDecayTooHigh,
];
