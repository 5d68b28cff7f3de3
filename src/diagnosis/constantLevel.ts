/**
 * The loss of the best prediction that does not look at the input: the entropy of the labels, the variance of the
 * targets. A model that stays there has learned nothing of its inputs.
 */
import type { LossSeen } from '../protocol/telemetry.js';
import { expectedLossOf } from '../run/expectedLoss.js';
import { isBinary, isOverClasses } from './lossFacts.js';

export interface ConstantLevel {
  /** In units of the loss series. */
  level: number;
  /** The largest that it may be, as far as the sample tells: three standard errors more. */
  high: number;
}

const STANDARD_ERRORS = 3;

function entropy(counts: readonly number[]): ConstantLevel {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.filter((count) => count > 0).map((count) => count / n);
  const level = shares.reduce((sum, p) => sum - p * Math.log(p), 0);
  const spread = shares.reduce((sum, p) => sum + p * Math.log(p) ** 2, 0) - level ** 2;
  // The entropy of a sample is too small by (C - 1) / 2n (Miller 1955).
  const high = level + (counts.length - 1) / (2 * n) + STANDARD_ERRORS * Math.sqrt(Math.max(0, spread) / n);
  return { level, high: Math.min(high, Math.log(counts.length)) };
}

function ofClasses(loss: LossSeen, counts: readonly number[] | undefined): ConstantLevel | null {
  const uniform = Math.log(loss.classes ?? NaN);
  if (!(uniform > 0)) return null;
  const weighted = (loss.meanTargetWeight ?? 1) !== 1 || (loss.labelSmoothing ?? 0) > 0;
  if (weighted) return { level: uniform, high: uniform };
  if (counts && counts.some((count) => count > 0)) return entropy(counts);
  return { level: loss.targetEntropy ?? uniform, high: uniform };
}

function ofBinary(loss: LossSeen, counts: readonly number[] | undefined): ConstantLevel | null {
  const weighted = (loss.positiveWeight ?? 1) !== 1 || (loss.meanTargetWeight ?? 1) !== 1;
  if (weighted) return null;
  if (counts?.length === 2) return entropy(counts);
  return { level: loss.targetEntropy ?? Math.LN2, high: Math.LN2 };
}

/** The relative standard error of a variance from n values is √(2 / (n - 1)) where they are normal. */
function ofRegression(loss: LossSeen, whole: boolean): ConstantLevel | null {
  if (loss.targetsMove) return null;
  const { targetVariance: variance = NaN, targetMeanAbsolute: absolute = NaN } = loss;
  const squared = loss.function === 'mse_loss';
  const level = squared ? variance : Math.min(Math.sqrt(variance), absolute);
  const n = loss.targetShape?.[0] ?? 0;
  if (!(level > 0) || n < 2) return null;
  const error = whole ? 0 : Math.sqrt(2 / (n - 1)) / (squared ? 1 : 2);
  return { level, high: level * (1 + STANDARD_ERRORS * error) };
}

/**
 * @param counts labels of each class in the batches so far, where they are known
 * @param whole true when every batch is the whole training set
 * @returns null where it cannot be told
 */
export function constantLevel(
  loss: LossSeen,
  counts: readonly number[] | undefined,
  whole: boolean,
): ConstantLevel | null {
  const expected = loss.pure ? expectedLossOf(loss) : null;
  if (!expected || expected.scale <= 0) return null;
  const squared = loss.function === 'mse_loss' || loss.function === 'l1_loss';
  const one = isOverClasses(loss)
    ? ofClasses(loss, counts)
    : isBinary(loss)
      ? ofBinary(loss, counts)
      : squared
        ? ofRegression(loss, whole)
        : null;
  return one && { level: one.level * expected.scale, high: one.high * expected.scale };
}
