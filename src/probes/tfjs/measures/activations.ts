import type { ActivationMeasures } from '../../../protocol/telemetry.js';
import { toWire } from '../../../protocol/values.js';
import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { moments, rangeOf } from './ranges.js';
import { valuesOf } from './values.js';

const MAX_ELEMENTS = 1_000_000;
const MAX_POSITIONS = 256;
const MAX_EXAMPLES = 64;

export type Output = Omit<ActivationMeasures['layers'][number], 'layer' | 'source'>;

/**
 * What a layer or an activation function put out.
 * @param tensor [examples, …, units]
 * @param kind class of the layer, or the activation that it ends with
 */
export function measureOutput(engine: EngineLike, tensor: TensorLike, kind: string): Output {
  const values = valuesOf(engine, tensor);
  const { mean, std, min, max, nonFinite } = rangeOf(values);
  const spread = spreadOf(values, tensor.shape[0] ?? 1);
  const dead = /^relu6?$/i.test(kind) ? deadUnits(values, tensor.shape) : undefined;
  const saturated = saturatedShare(values, kind);
  return {
    kind,
    mean: toWire(mean),
    std: toWire(std),
    min: toWire(min),
    max: toWire(max),
    ...(dead !== undefined && { dead }),
    ...(saturated !== undefined && { saturated }),
    nonFinite,
    ...(spread !== undefined && { spread: toWire(spread) }),
  };
}

/** Share of units (the last axis) that are zero everywhere in the batch. */
function deadUnits(values: Values, shape: number[]): number | undefined {
  const units = shape.at(-1) ?? 1;
  if (shape.length < 2 || values.length > MAX_ELEMENTS) return undefined;
  const alive = new Uint8Array(units);
  let living = 0;
  for (let start = 0; start < values.length && living < units; start += units) {
    for (let unit = 0; unit < units; unit++) {
      if (alive[unit] === 1 || values[start + unit] === 0) continue;
      alive[unit] = 1;
      living++;
    }
  }
  return 1 - living / units;
}

function saturatedShare(values: Values, kind: string): number | undefined {
  const flat = FLAT[kind.toLowerCase()];
  if (!flat) return undefined;
  const stride = Math.max(1, Math.ceil(values.length / MAX_ELEMENTS));
  let [seen, many] = [0, 0];
  for (let i = 0; i < values.length; i += stride) {
    seen++;
    if (flat(values[i] as number)) many++;
  }
  return many / seen;
}

const FLAT: Record<string, (value: number) => boolean> = {
  tanh: (value) => Math.abs(value) > 0.99,
  sigmoid: (value) => value < 0.01 || value > 0.99,
};

/** Standard deviation over the examples, averaged over positions. */
function spreadOf(values: Values, examples: number): number | undefined {
  const width = values.length / examples;
  if (examples < 2 || width < 1) return undefined;
  const step = Math.max(1, Math.ceil(width / MAX_POSITIONS));
  const rows = Math.min(examples, MAX_EXAMPLES);
  let [sum, count] = [0, 0];
  for (let position = 0; position < width; position += step) {
    sum += moments(values, position, width, rows).std;
    count++;
  }
  return sum / count;
}
