/** The loss of guessing: what a model reaches that knows the targets' distribution, or less, and nothing of the inputs. */
import type { LossSeen } from '../protocol/telemetry.js';

export interface Baseline {
  /** The loss that a training starts from, in its own unit: never below the first value. */
  value: number;
  /** The loss of guessing, where it is known. */
  guess: number | undefined;
  /** How far above it a loss must be to be above its start: more where the start is hardly known. */
  factor: number;
}

/** Fewer elements than this make a first value that is mostly chance. */
const FEW = 8;
const CLEAR = 1.05;
const UNCLEAR = 10;

/** The loss of one element for the uniform guess of a classification or the mean of a regression, as a mean. */
export function guessingLoss(loss: LossSeen): number | undefined {
  const { function: name, classes, targetVariance, targetMeanAbsolute } = loss;
  if (loss.reduction === 'none') return undefined;
  const scale = loss.reduction === 'sum' ? loss.elements : 1;
  const element = (): number | undefined => {
    switch (name) {
      case 'cross_entropy':
      case 'nll_loss':
        return classes !== undefined && classes > 1 ? Math.log(classes) : undefined;
      case 'binary_cross_entropy':
      case 'binary_cross_entropy_with_logits':
        return Math.LN2;
      case 'mse_loss':
        return targetVariance;
      case 'l1_loss':
        return targetMeanAbsolute;
      default:
        return undefined;
    }
  };
  const one = element();
  return one === undefined || scale === undefined || !(one > 0) ? undefined : one * scale;
}

/** Where a training starts from; undefined for a first loss that is not positive or not finite: it means nothing then. */
export function baselineOf(loss: LossSeen, first: number): Baseline | undefined {
  if (!(first > 0) || !Number.isFinite(first)) return undefined;
  const guess = loss.pure ? guessingLoss(loss) : undefined;
  if (guess === undefined) return { value: first, guess, factor: UNCLEAR };
  const few = (loss.elements ?? FEW) < FEW;
  return { value: Math.max(first, guess), guess, factor: few ? UNCLEAR : CLEAR };
}
