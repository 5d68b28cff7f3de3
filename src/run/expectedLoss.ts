/**
 * What a loss should be before anything is learned. A model that knows nothing of the answer predicts the uniform
 * distribution, or zero; each formula below is the loss of that prediction.
 *
 * - Cross-entropy over C classes: -ln(1/C) = ln C. Label smoothing moves weight between classes that are all equally
 *   likely to the model, so it changes nothing. With class weights PyTorch's mean divides by the weights it has
 *   multiplied by, so they cancel; a sum keeps them (torch.nn.CrossEntropyLoss, "reduction").
 * - Binary cross-entropy: -ln(1/2) = ln 2. `pos_weight` multiplies the positive targets alone, and no reduction
 *   divides by it (torch.nn.BCEWithLogitsLoss): ln 2 * (1 + (p - 1) * E[y]). A `weight` per element likewise.
 * - Squared error: E[y^2] for the prediction zero, which default initialisation starts near. The best constant would
 *   reach Var(y); the difference is the square of the target's mean. Absolute error: E|y|.
 */
import type { LossSeen } from '../protocol/telemetry.js';

export interface ExpectedLoss {
  value: number;
  /** How it follows, for people: `ln(10)`. */
  formula: string;
  /** The unit that the loss is a multiple of: value = scale * (loss of one element). */
  scale: number;
}

interface Base {
  value: number;
  formula: string;
  /** Average factor on an element that a mean does not divide away. */
  weight: number;
  /** As `weight`, for a sum. */
  sumWeight: number;
}

function crossEntropy(loss: LossSeen): Base | null {
  const { classes } = loss;
  if (classes === undefined || classes < 2) return null;
  return {
    value: Math.log(classes),
    formula: `ln(${classes})`,
    weight: 1,
    sumWeight: loss.meanTargetWeight ?? 1,
  };
}

function binaryCrossEntropy(loss: LossSeen): Base | null {
  const positive = loss.positiveWeight ?? 1;
  if (positive !== 1 && loss.targetMean === undefined) return null;
  const weight = (loss.meanTargetWeight ?? 1) * (1 + (positive - 1) * (loss.targetMean ?? 0));
  return { value: Math.LN2, formula: 'ln(2)', weight, sumWeight: weight };
}

function unweighted(value: number | undefined, formula: string): Base | null {
  return value === undefined ? null : { value, formula, weight: 1, sumWeight: 1 };
}

function baseOf(loss: LossSeen): Base | null {
  switch (loss.function) {
    case 'cross_entropy':
    case 'nll_loss':
      return crossEntropy(loss);
    case 'binary_cross_entropy':
    case 'binary_cross_entropy_with_logits':
      return binaryCrossEntropy(loss);
    case 'mse_loss':
      return unweighted(loss.targetMeanSquare, 'mean(y²)');
    case 'l1_loss':
      return unweighted(loss.targetMeanAbsolute, 'mean(|y|)');
    default:
      return null;
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * Value of a loss function's result for a model that has learned nothing, in the unit of that result (nats for
 * cross-entropies, squared units of the target for squared errors), and the formula it follows from.
 *
 * @returns null where that cannot be known: an expression of the user's own, missing facts, or a model that a state
 *   was loaded into
 */
export function expectedLossOf(loss: LossSeen): ExpectedLoss | null {
  const base = loss.resumed ? null : baseOf(loss);
  // Without a reduction the scalar is the script's own choice of mean or sum.
  if (!base || loss.reduction === 'none') return null;
  const sum = loss.reduction === 'sum';
  if (sum && loss.elements === undefined) return null;
  const elements = sum ? (loss.elements ?? 1) : 1;
  const weight = sum ? base.sumWeight : base.weight;
  const factors = [
    ...(weight === 1 ? [] : [short(weight)]),
    base.formula,
    ...(sum ? [String(elements)] : []),
  ];
  const scale = weight * elements;
  return { value: base.value * scale, formula: factors.join(' · '), scale };
}

/** As `expectedLossOf`, for a loss that charts and lists may compare the run's own values with. */
export function expectedInitialLoss(loss: LossSeen): { value: number; formula: string } | null {
  const expected = loss.pure ? expectedLossOf(loss) : null;
  return expected && { value: expected.value, formula: expected.formula };
}
