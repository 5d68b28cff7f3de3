import type { LossSeen } from '../../../protocol/telemetry.js';
import type { EngineLike, Values } from '../tensorflow.js';
import { argMax } from './statistics.js';
import { histogram, type LossCall } from './lossFunctions.js';
import { valuesOf } from './values.js';

const MAX_CLASSES = 10_000;

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
  const isBinary = name === 'binary_cross_entropy' || name === 'binary_cross_entropy_with_logits';
  return isBinary && values.every((value) => value === 0 || value === 1) ? histogram(values, 2) : undefined;
}

function likeliest(values: Values, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < values.length; row += classes) {
    const best = argMax(values, row, classes);
    if ((values[row + best] as number) > 0) counts[best] = (counts[best] as number) + 1;
  }
  return counts;
}
