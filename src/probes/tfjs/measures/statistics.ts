import type { LossSeen } from '../../../protocol/telemetry.js';
import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { valuesOf } from './values.js';

type TargetFacts = Pick<
  LossSeen,
  'targetMean' | 'targetVariance' | 'targetMeanSquare' | 'targetMeanAbsolute' | 'targetEntropy'
>;

/** Moments of the target over its elements. */
export function targetMoments(values: Values): TargetFacts {
  let [sum, squares, absolute] = [0, 0, 0];
  values.forEach((value) => {
    sum += value;
    squares += value * value;
    absolute += Math.abs(value);
  });
  const mean = sum / values.length;
  return {
    targetMean: mean,
    targetVariance: Math.max(0, squares / values.length - mean * mean),
    targetMeanSquare: squares / values.length,
    targetMeanAbsolute: absolute / values.length,
  };
}

/** Entropy, in nats, of how often each class occurs. @param counts or probabilities, not normalised */
export function entropy(counts: number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => (count > 0 ? sum - (count / all) * Math.log(count / all) : sum), 0);
}

/** Share of each class in one-hot targets (rows of `classes`), not normalised. */
export function classCounts(values: Values, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  values.forEach((value, index) => (counts[index % classes] = (counts[index % classes] as number) + value));
  return counts;
}

export function argMax(values: Values, start: number, length: number): number {
  let best = start;
  for (let i = start + 1; i < start + length; i++)
    if ((values[i] as number) > (values[best] as number)) best = i;
  return best - start;
}

/**
 * Rows whose largest output is at the target's class.
 * @param target one-hot [..., C] or class indices [...]
 * @param output logits or probabilities [..., C]
 */
export function countCorrect(engine: EngineLike, target: TensorLike, output: TensorLike): number {
  const classes = output.shape.at(-1) ?? 1;
  const outputs = valuesOf(engine, output);
  const targets = valuesOf(engine, target);
  const rows = outputs.length / classes;
  const oneHot = targets.length === outputs.length;
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    const expected = oneHot ? argMax(targets, row * classes, classes) : targets[row];
    if (argMax(outputs, row * classes, classes) === expected) correct++;
  }
  return correct;
}

/** Rows of outputs, one of which is one classification. */
export function rowsOf(output: TensorLike): number {
  return output.size / (output.shape.at(-1) ?? 1);
}
