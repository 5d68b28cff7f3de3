/** The first loss of a model that has learned nothing, and how far a healthy one may be from it. */
import type { LossSeen } from '../protocol/telemetry.js';
import { expectedLossOf } from '../run/expectedLoss.js';
import { sizeOf } from './lossFacts.js';

export interface UntrainedLimits {
  /** By how much a cross-entropy may exceed its expectation, nats. */
  readonly excess: number;
  /** Root mean square of a regression's outputs, in units of the target's or of 1 where that is larger. */
  readonly outputScale: number;
}

export interface ToleratedLoss {
  expected: number;
  formula: string;
  /** The largest value that would be silent. */
  tolerated: number;
}

const CROSS_ENTROPIES = new Set([
  'cross_entropy',
  'nll_loss',
  'binary_cross_entropy',
  'binary_cross_entropy_with_logits',
]);

/** Standard errors of a batch's mean loss that are put down to which labels the batch happens to hold. */
const STANDARD_ERRORS = 3;

/** The highest cross-entropy, for one element, of a healthy model that has learned nothing. */
function toleratedCrossEntropy(
  base: number,
  elements: number,
  limits: UntrainedLimits,
  most: number,
): number {
  return base + Math.min(limits.excess, most * base) + STANDARD_ERRORS / Math.sqrt(Math.max(1, elements));
}

/** By Minkowski's inequality: rms(output - y) <= rms(output) + rms(y), and alike for mean absolute values. */
function toleratedDistance(target: number, limits: UntrainedLimits): number {
  return target + limits.outputScale * Math.max(1, target);
}

/**
 * The largest value of a loss that a healthy, untrained model could have; null where none can be told. A cross-entropy
 * may be at most `most` times its expectation above it.
 */
export function toleratedLoss(loss: LossSeen, limits: UntrainedLimits, most = 1): ToleratedLoss | null {
  const whole = expectedLossOf(loss);
  if (!whole || whole.scale <= 0) return null;
  const { value: expected, formula, scale } = whole;
  const base = expected / scale;
  const told = (element: number) => ({ expected, formula, tolerated: element * scale });
  if (CROSS_ENTROPIES.has(loss.function)) {
    const elements = loss.elements ?? (loss.targetShape ? sizeOf(loss.targetShape) : 1);
    return told(toleratedCrossEntropy(base, elements, limits, most));
  }
  if (loss.function === 'mse_loss') return told(toleratedDistance(Math.sqrt(base), limits) ** 2);
  return told(toleratedDistance(base, limits));
}

/**
 * Similarities of a batch with itself, as contrastive losses take them: a row each, and a class for each row or for
 * each other row. Their temperature makes the logits large on purpose.
 */
export function isContrastive({ function: name, outputShape: shape, classes }: LossSeen): boolean {
  const rows = shape?.length === 2 ? shape[0] : undefined;
  if (name !== 'cross_entropy' || rows === undefined || classes === undefined) return false;
  return rows > 2 && (classes === rows || classes === rows - 1);
}
