import { toWire, type WireNumber } from '../../../protocol/values.js';
import type { Values } from '../tensorflow.js';

/** Numbers looked at in one tensor at most; a larger one is looked at evenly. */
const MAX_ELEMENTS = 1_000_000;
const MAX_DISTINCT = 1000;

export function strideOf(values: Values, most = MAX_ELEMENTS): number {
  return Math.max(1, Math.ceil(values.length / most));
}

export interface Range {
  /** Of the finite numbers; NaN where there are none. */
  min: number;
  max: number;
  mean: number;
  std: number;
  nonFinite: number;
  /** Share of the numbers that are zero. */
  zeros: number;
}

export function rangeOf(values: Values): Range {
  const stride = strideOf(values);
  let [min, max, sum, squares, count, nonFinite, zeros] = [Infinity, -Infinity, 0, 0, 0, 0, 0];
  // Squares about the first number, so that a large mean does not drown the spread.
  const about = Number.isFinite(values[0]) ? (values[0] as number) : 0;
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      nonFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
    sum += value - about;
    squares += (value - about) ** 2;
    count++;
  }
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, std: NaN, nonFinite, zeros: 0 };
  const offset = sum / count;
  const std = Math.sqrt(Math.max(0, squares / count - offset * offset));
  return { min, max, mean: about + offset, std, nonFinite, zeros: zeros / count };
}

/** Distinct values, of a thousand at most. */
export function distinct(values: Values): number | undefined {
  const found = new Set<number>();
  for (let i = 0; i < values.length; i += strideOf(values)) {
    found.add(values[i] as number);
    if (found.size > MAX_DISTINCT) return undefined;
  }
  return found.size;
}

/** `{outputMin, outputMax}` of what has any finite number. */
export function wireRange<K extends string>(
  prefix: K,
  values: Values,
): Record<`${K}Min` | `${K}Max`, WireNumber> | object {
  const { min, max } = rangeOf(values);
  return Number.isNaN(min) ? {} : { [`${prefix}Min`]: toWire(min), [`${prefix}Max`]: toWire(max) };
}

/** Of one position of the examples, over the first `rows` of them; NaN where one is not finite. */
export function moments(
  values: Values,
  position: number,
  width: number,
  rows: number,
): { mean: number; std: number } {
  const about = values[position] as number;
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const difference = (values[row * width + position] as number) - about;
    sum += difference;
    squares += difference * difference;
  }
  const offset = sum / rows;
  return { mean: about + offset, std: Math.sqrt(Math.max(0, squares / rows - offset * offset)) };
}
