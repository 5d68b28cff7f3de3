import type { LossSeen } from '../../../protocol/telemetry.js';
import type { EngineLike, Values } from '../tensorflow.js';
import { argMax, countCorrect } from './statistics.js';
import { histogram, type LossCall } from './lossFunctions.js';
import { valuesOf } from './values.js';

const MAX_CLASSES = 10_000;
/** Outputs above which the one of two classes is the likelier. */
const MIDDLES: Record<string, number> = { binary_cross_entropy: 0.5, binary_cross_entropy_with_logits: 0 };

/** Regression losses, of which targets are counted where they are whole numbers, as the numbers of classes are. */
const REGRESSIONS = new Set<LossSeen['function']>(['mse_loss', 'l1_loss', 'huber_loss']);
const MAX_NUMBER = 1000;

/**
 * Examples of each class in the target of a classification; of a binary target the classes are 0 and 1.
 * A target of class probabilities counts for the likeliest; rows of zeros for none.
 */
export function labelCounts(
  engine: EngineLike,
  { target, output }: LossCall,
  name: LossSeen['function'],
): number[] | undefined {
  const values = valuesOf(engine, target);
  if (name === 'cross_entropy') {
    const classes = output.shape.at(-1) ?? 1;
    if (classes < 2 || classes > MAX_CLASSES) return undefined;
    return values.length === output.size ? likeliest(values, classes) : histogram(values, classes);
  }
  if (REGRESSIONS.has(name)) return target.size === target.shape[0] ? numberCounts(values) : undefined;
  const isBinary = name === 'binary_cross_entropy' || name === 'binary_cross_entropy_with_logits';
  return isBinary && values.every((value) => value === 0 || value === 1) ? histogram(values, 2) : undefined;
}

/** Zeros and ones alone are not told: they are answers of an adversary, or one column of several. */
function numberCounts(values: Values): number[] | undefined {
  let largest = 0;
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0 || value >= MAX_NUMBER) return undefined;
    largest = Math.max(largest, value);
  }
  return largest > 1 ? histogram(values, largest + 1) : undefined;
}

function likeliest(values: Values, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < values.length; row += classes) {
    const best = argMax(values, row, classes);
    if ((values[row + best] as number) > 0) counts[best] = (counts[best] as number) + 1;
  }
  return counts;
}

/** Examples that are predicted rightly: the likeliest class, or the likelier side of a binary target. */
export function countRight(
  engine: EngineLike,
  { target, output }: LossCall,
  name: LossSeen['function'],
): number | undefined {
  if (name === 'cross_entropy') return countCorrect(engine, target, output);
  const middle = MIDDLES[name];
  if (middle === undefined || target.size !== output.size) return undefined;
  const outputs = valuesOf(engine, output);
  const targets = valuesOf(engine, target);
  let right = 0;
  for (let i = 0; i < targets.length; i++)
    if ((outputs[i] as number) > middle === (targets[i] as number) > 0.5) right++;
  return right;
}
