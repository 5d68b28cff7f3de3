import type { Rule } from '../rule.js';
import { constantLoss } from '../rules/constant-loss.js';
import { divergingLoss } from '../rules/diverging-loss.js';
import { initialLoss } from '../rules/initial-loss.js';
import { logitsBeforeBce } from '../rules/logits-before-bce.js';
import { lossSpike } from '../rules/loss-spike.js';
import { nllWithoutLogProbabilities } from '../rules/nll-without-log-probabilities.js';
import { nonFiniteLoss } from '../rules/non-finite-loss.js';
import { notLearning } from '../rules/not-learning.js';
import { oneOutputCrossEntropy } from '../rules/one-output-cross-entropy.js';
import { oscillatingLoss } from '../rules/oscillating-loss.js';
import { sigmoidBeforeBceWithLogits } from '../rules/sigmoid-before-bce-with-logits.js';
import { softmaxBeforeCrossEntropy } from '../rules/softmax-before-cross-entropy.js';
import { targetBroadcast } from '../rules/target-broadcast.js';
import { targetsOutOfRange } from '../rules/targets-out-of-range.js';
import { unsuitedLoss } from '../rules/unsuited-loss.js';
import { unsuitedOutputActivation } from '../rules/unsuited-output-activation.js';

export const LOSS_RULES: readonly Rule<unknown>[] = [
  constantLoss,
  divergingLoss,
  initialLoss,
  logitsBeforeBce,
  nllWithoutLogProbabilities,
  nonFiniteLoss,
  notLearning,
  oneOutputCrossEntropy,
  sigmoidBeforeBceWithLogits,
  softmaxBeforeCrossEntropy,
  targetBroadcast,
  targetsOutOfRange,
  unsuitedOutputActivation,
  oscillatingLoss,
  lossSpike,
  unsuitedLoss,
];
