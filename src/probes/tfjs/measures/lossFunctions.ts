import type { LossSeen, LossTerm } from '../../../protocol/telemetry.js';
import { toWire } from '../../../protocol/values.js';
import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { distinct, rangeOf, wireRange } from './ranges.js';
import { classCounts, entropy, targetMoments } from './statistics.js';
import { valuesOf } from './values.js';

/** A loss function of the framework as it was called. */
export interface LossCall {
  /** Its name in TensorFlow.js: `softmaxCrossEntropy`, `meanSquaredError` … */
  name: string;
  target: TensorLike;
  output: TensorLike;
  result: TensorLike;
  weights?: TensorLike | number;
  labelSmoothing?: number;
  /** One value of `tf.Reduction`; undefined for functions that give one value an example. */
  reduction?: number;
  /** Elements that a sum goes over, where those are not all of the target. */
  summed?: number;
}

type LossName = LossSeen['function'];

/** Names of TensorFlow.js and of the protocol. */
const FUNCTIONS: Record<string, LossName> = {
  softmaxCrossEntropy: 'cross_entropy',
  categoricalCrossentropy: 'cross_entropy',
  sparseCategoricalCrossentropy: 'cross_entropy',
  sigmoidCrossEntropy: 'binary_cross_entropy_with_logits',
  logLoss: 'binary_cross_entropy',
  binaryCrossentropy: 'binary_cross_entropy',
  meanSquaredError: 'mse_loss',
  absoluteDifference: 'l1_loss',
  meanAbsoluteError: 'l1_loss',
  huberLoss: 'huber_loss',
  kullbackLeiblerDivergence: 'kl_div',
};

/** Where TensorFlow.js wants another input than the PyTorch function of the protocol's name does. */
const EXPECTS: Record<string, LossSeen['expects']> = {
  categoricalCrossentropy: 'probabilities',
  sparseCategoricalCrossentropy: 'probabilities',
  kullbackLeiblerDivergence: 'probabilities',
};

export function protocolName(name: string): LossName {
  return FUNCTIONS[name] ?? 'unknown';
}

/** Values of `tf.Reduction`. */
const REDUCTION = { none: 0, mean: 1, sum: 2, sumByNonzeroWeights: 3 } as const;

function reductionOf({ reduction }: LossCall): NonNullable<LossSeen['reduction']> {
  if (reduction === REDUCTION.sum) return 'sum';
  return reduction === REDUCTION.none ? 'none' : 'mean';
}

/** TensorFlow.js divides by the weights (`mean`) or by how many are not zero. Other weights do not matter here. */
function meanWeight(engine: EngineLike, { weights, reduction }: LossCall): number {
  if (weights === undefined || reduction === REDUCTION.mean) return 1;
  const values = typeof weights === 'number' ? [weights] : Array.from(valuesOf(engine, weights));
  const counted = reduction === REDUCTION.sum ? values : values.filter((weight) => weight !== 0);
  return counted.reduce((sum, weight) => sum + weight, 0) / Math.max(1, counted.length);
}

type Facts = Partial<LossTerm>;

function classFacts(call: LossCall, targets: Values): Facts {
  const classes = call.output.shape.at(-1) ?? 1;
  const oneHot = targets.length === call.output.size;
  const counts = oneHot ? classCounts(targets, classes) : histogram(targets, classes);
  const facts: Facts = { classes, elements: call.output.size / classes, targetEntropy: entropy(counts) };
  return oneHot && classes > 1 ? { ...facts, targetRowsWithoutClass: emptyRows(targets, classes) } : facts;
}

/** Rows of zeros, which is what `tf.oneHot` makes of a label that is out of range. */
function emptyRows(values: Values, classes: number): number {
  let empty = 0;
  for (let row = 0; row < values.length; row += classes)
    if (values.subarray(row, row + classes).every((value) => value === 0)) empty++;
  return empty;
}

export function histogram(indices: Values, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  indices.forEach((index) => {
    if (index in counts) counts[index] = (counts[index] as number) + 1;
  });
  return counts;
}

/** Binary cross-entropy of a softmax is not the binary loss that the protocol means by that name. */
function isDistribution(engine: EngineLike, output: TensorLike): boolean {
  const classes = output.shape.at(-1) ?? 1;
  if (output.shape.length < 2 || classes < 2) return false;
  const row = Array.from(valuesOf(engine, output).subarray(0, classes));
  return Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
}

/** The protocol's name, unless the function is used in a way in which its values mean something else. */
function nameOf(engine: EngineLike, call: LossCall, weight: number): LossName {
  const name = protocolName(call.name);
  if (name === 'binary_cross_entropy' && isDistribution(engine, call.output)) return 'unknown';
  if (name === 'cross_entropy' && call.reduction !== REDUCTION.sum && weight !== 1) return 'unknown';
  return name;
}

function rangeFacts(outputs: Values, targets: Values): Facts {
  const { std } = rangeOf(outputs);
  const targetDistinct = distinct(targets);
  return {
    ...wireRange('output', outputs),
    ...(Number.isFinite(std) && { outputStd: toWire(std) }),
    ...wireRange('target', targets),
    ...(targetDistinct !== undefined && { targetDistinct }),
  };
}

/** What the loss function's expected initial value follows from. */
export function lossFacts(engine: EngineLike, call: LossCall): LossTerm {
  const targets = valuesOf(engine, call.target);
  const weight = meanWeight(engine, call);
  const name = nameOf(engine, call, weight);
  const facts: LossTerm = {
    function: name,
    reduction: reductionOf(call),
    outputShape: call.output.shape,
    outputDtype: call.output.dtype,
    targetShape: call.target.shape,
    targetDtype: call.target.dtype,
    elements: call.summed ?? call.target.size,
    meanTargetWeight: weight,
    ...targetMoments(targets),
    ...rangeFacts(valuesOf(engine, call.output), targets),
  };
  if (call.labelSmoothing) facts.labelSmoothing = call.labelSmoothing;
  const expects = EXPECTS[call.name];
  if (expects && name !== 'unknown') facts.expects = expects;
  return protocolName(call.name) === 'cross_entropy' ? { ...facts, ...classFacts(call, targets) } : facts;
}

/**
 * The loss as one number, as its reduction or, for functions that give one value an example, their mean makes it.
 * Compared with what the gradient is taken of it tells whether anything was added.
 */
export function reducedValue(engine: EngineLike, call: LossCall): number {
  const values = valuesOf(engine, call.result);
  let sum = 0;
  values.forEach((value) => (sum += value));
  return sum / Math.max(1, values.length);
}
