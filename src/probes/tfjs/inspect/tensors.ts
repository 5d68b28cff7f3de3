import type { Variable } from '../../../protocol/inspection.js';
import { rangeOf } from '../measures/ranges.js';
import { viewOf } from '../measures/values.js';
import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { plain, short, type Context } from './values.js';

/** Elements of a tensor that are looked at for its summary; of a larger one they are evenly spaced or the first. */
export const SAMPLE = 65_536;
const BARS = '▁▂▃▄▅▆▇█';
const BINS = 16;

/** A part of the numbers, without reading more of them from a device than that. */
function slice(engine: EngineLike, tensor: TensorLike, start: number, count: number): Values {
  const view = viewOf(engine, tensor);
  if (view) return view.slice(start, start + count);
  if (tensor.size <= SAMPLE) return tensor.dataSync().slice(start, start + count);
  return engine.tidy(() => {
    const x = engine.runKernel('Reshape', { x: tensor }, { shape: [tensor.size] });
    return engine.runKernel('Slice', { x }, { begin: [start], size: [count] }).dataSync();
  });
}

export function sampleOf(engine: EngineLike, tensor: TensorLike): Values {
  const view = viewOf(engine, tensor);
  if (!view || view.length <= SAMPLE) return slice(engine, tensor, 0, Math.min(tensor.size, SAMPLE));
  const stride = Math.ceil(view.length / SAMPLE);
  return Float32Array.from({ length: Math.floor(view.length / stride) }, (_, i) => view[i * stride] as number);
}

export function isNumeric({ dtype }: TensorLike): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Bars for how often numbers of equal ranges occur. */
export function histogram(values: Values): string {
  const { min, max } = rangeOf(values);
  if (Number.isNaN(min)) return '';
  const counts = new Array<number>(BINS).fill(0);
  const width = (max - min) / BINS || 1;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(BINS - 1, Math.floor((value - min) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const most = Math.max(...counts);
  const bars = counts.map((count) => BARS[Math.ceil((count / most) * (BARS.length - 1))]).join('');
  return `${short(min)} ${bars} ${short(max)}`;
}

function normOf(values: Values): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

function shapeOf({ dtype, shape }: TensorLike): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function isGone(tensor: TensorLike): boolean {
  return tensor.isDisposed;
}

function summary(engine: EngineLike, tensor: TensorLike): string {
  if (isGone(tensor)) return `${shapeOf(tensor)} (disposed)`;
  if (!isNumeric(tensor) || tensor.size === 0) return shapeOf(tensor);
  const values = sampleOf(engine, tensor);
  if (tensor.size === 1) return `${short(values[0] as number)} (${shapeOf(tensor)})`;
  const { min, max, nonFinite } = rangeOf(values);
  const range = Number.isNaN(min) ? '' : ` ${short(min)} … ${short(max)}`;
  const broken = nonFinite > 0 ? `, ${nonFinite} not finite` : '';
  return `${shapeOf(tensor)}${range}${broken}`;
}

/** Statistics by name, of a sample where the tensor is large. */
export function statistics(engine: EngineLike, tensor: TensorLike): Variable[] {
  if (isGone(tensor) || !isNumeric(tensor) || tensor.size === 0) return [];
  const values = sampleOf(engine, tensor);
  const { min, max, mean, std, nonFinite, zeros } = rangeOf(values);
  const of = values.length < tensor.size ? [plain('sampled', `${values.length} of ${tensor.size}`)] : [];
  return [
    ...of,
    plain('norm', short(normOf(values) * Math.sqrt(tensor.size / values.length))),
    plain('mean', short(mean)),
    plain('std', short(std)),
    plain('min', short(min)),
    plain('max', short(max)),
    plain('zeros', `${short(zeros * 100)} %`),
    plain('nonFinite', nonFinite),
    plain('histogram', histogram(values)),
  ];
}

function indexName(shape: number[], flat: number): string {
  const indices: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${indices.join(', ')}]`;
}

/** The numbers themselves, page by page. */
export function elements({ engine, references }: Context, tensor: TensorLike): Variable[] {
  if (isGone(tensor) || !isNumeric(tensor)) return [];
  const page = (start: number, count: number): Variable[] =>
    Array.from(slice(engine, tensor, start, count), (value, i) =>
      plain(indexName(tensor.shape, start + i), value),
    );
  const reference = references.add({ indexed: { count: tensor.size, page } });
  return [{ name: 'values', value: `${tensor.size} numbers`, reference, indexed: tensor.size }];
}

export function tensorVariable(context: Context, name: string, tensor: TensorLike, path?: string): Variable {
  const { engine, references } = context;
  const named = (): Variable[] => [
    plain('shape', `[${tensor.shape.join(', ')}]`),
    plain('dtype', tensor.dtype),
    ...statistics(engine, tensor),
    ...elements(context, tensor),
  ];
  return {
    name,
    value: summary(engine, tensor),
    type: 'Tensor',
    reference: references.add({ named }),
    ...(path !== undefined && { evaluateName: path }),
  };
}
