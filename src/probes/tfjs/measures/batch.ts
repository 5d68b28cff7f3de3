import type { Batch } from '../../../protocol/telemetry.js';
import { toWire } from '../../../protocol/values.js';
import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { moments, rangeOf } from './ranges.js';
import { valuesOf } from './values.js';

/** Features that are looked at in a batch at most, evenly spaced; and examples. */
const MAX_FEATURES = 2048;
const MAX_EXAMPLES = 512;

type Described = Batch['tensors'][number];

/** Shape, range and features of a tensor of the batch, whose first axis is that of the examples. */
export function describe(engine: EngineLike, name: string, tensor: TensorLike): Described {
  const facts: Described = { name, shape: tensor.shape, dtype: tensor.dtype, device: engine.backendName };
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64' || tensor.size === 0) return facts;
  const values = valuesOf(engine, tensor);
  const { min, max, mean, std, zeros, nonFinite } = rangeOf(values);
  if (Number.isNaN(min)) return { ...facts, nonFinite };
  return {
    ...facts,
    min: toWire(min),
    max: toWire(max),
    mean: toWire(mean),
    nonFinite,
    std: toWire(std),
    zeros,
    ...features(values, tensor.shape[0] ?? 1),
  };
}

type Features = Pick<Described, 'constant' | 'featureScale' | 'featureOffset'>;

/** What the features (positions of one example) are like over the examples of the batch. */
function features(values: Values, examples: number): Features {
  const width = values.length / examples;
  if (examples < 2 || width < 1) return {};
  const step = Math.max(1, Math.ceil(width / MAX_FEATURES));
  const rows = Math.min(examples, MAX_EXAMPLES);
  let [seen, constant, smallest, largest, offset] = [0, 0, Infinity, 0, 0];
  for (let feature = 0; feature < width; feature += step) {
    const { mean, std } = moments(values, feature, width, rows);
    if (Number.isNaN(mean)) continue;
    seen++;
    // Rounding alone leaves a spread of about the last bit of the mean.
    if (std <= 1e-6 * Math.abs(mean)) {
      constant++;
      continue;
    }
    smallest = Math.min(smallest, std);
    largest = Math.max(largest, std);
    offset = Math.max(offset, Math.abs(mean) / std);
  }
  if (seen === 0) return {};
  const varied = seen > constant;
  return {
    constant: constant / seen,
    ...(varied && { featureScale: toWire(largest / smallest), featureOffset: toWire(offset) }),
  };
}
