import {
  array,
  boolean,
  count,
  number,
  oneOf,
  optional,
  sourceLine,
  string,
  wireNumber,
} from './decoders.js';

const shape = array(count);
const source = optional(sourceLine);
const scalar = optional(number);
const measured = optional(wireNumber);

/** Fields of a `LossTerm`. */
export const lossTerm = {
  function: string,
  source,
  reduction: optional(oneOf('mean', 'sum', 'none')),
  outputShape: optional(shape),
  outputDtype: optional(string),
  targetShape: optional(shape),
  targetDtype: optional(string),
  classes: optional(count),
  elements: optional(count),
  outputActivation: optional(
    oneOf(
      ...(['softmax', 'log_softmax', 'sigmoid', 'log_sigmoid', 'tanh', 'relu', 'log'] as const),
      ...(['clamp', 'none', 'other'] as const),
    ),
  ),
  outputMin: measured,
  outputMax: measured,
  outputStd: measured,
  outputSource: source,
  targetMin: measured,
  targetMax: measured,
  targetDistinct: optional(count),
  targetRowsWithoutClass: optional(count),
  expects: optional(oneOf('logits', 'probabilities', 'log_probabilities')),
  labelSmoothing: scalar,
  meanTargetWeight: scalar,
  positiveWeight: scalar,
  targetMean: scalar,
  targetVariance: scalar,
  targetMeanSquare: scalar,
  targetMeanAbsolute: scalar,
  targetsMove: optional(boolean),
  targetEntropy: scalar,
};
