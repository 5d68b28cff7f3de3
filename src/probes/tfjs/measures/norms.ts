import type { EngineLike, TensorLike } from '../tensorflow.js';
import { valuesOf, viewOf } from './values.js';

function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value * value;
  }
  return sum;
}

function sumOfSquaredDifferences(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}

function sumOnDevice(engine: EngineLike, x: TensorLike): TensorLike {
  const squared = engine.runKernel('Square', { x });
  return engine.runKernel('Sum', { x: squared }, { axis: x.shape.map((_, axis) => axis), keepDims: false });
}

/** One kernel and one transfer for all of them. */
function readTogether(engine: EngineLike, make: () => TensorLike[]): number[] {
  const packed = engine.tidy(() => engine.keep(engine.runKernel('Pack', packable(make()), { axis: 0 })));
  try {
    return Array.from(packed.dataSync());
  } finally {
    packed.dispose();
  }
}

function packable(tensors: TensorLike[]): Record<string, TensorLike> {
  // Pack takes its inputs as an array-like map.
  return tensors as unknown as Record<string, TensorLike>;
}

/**
 * L2 norm of each tensor, in double precision where its numbers are at hand. On a device squares are summed in
 * float32; a sum that overflows is done again here.
 */
export function norms(engine: EngineLike, tensors: TensorLike[]): number[] {
  if (tensors.length === 0) return [];
  if (viewOf(engine, tensors[0] as TensorLike)) {
    return tensors.map((tensor) => Math.sqrt(sumOfSquares(valuesOf(engine, tensor))));
  }
  const sums = readTogether(engine, () => tensors.map((tensor) => sumOnDevice(engine, tensor)));
  return sums.map((sum, index) =>
    Math.sqrt(Number.isFinite(sum) ? sum : sumOfSquares((tensors[index] as TensorLike).dataSync())),
  );
}

/** L2 norm of a[i] - b[i] for each i. */
export function distances(engine: EngineLike, a: TensorLike[], b: TensorLike[]): number[] {
  if (a.length === 0) return [];
  if (viewOf(engine, a[0] as TensorLike)) {
    return a.map((tensor, index) => {
      const other = b[index] as TensorLike;
      return Math.sqrt(sumOfSquaredDifferences(valuesOf(engine, tensor), valuesOf(engine, other)));
    });
  }
  const sums = readTogether(engine, () =>
    a.map((tensor, index) => sumOnDevice(engine, engine.runKernel('Sub', { a: tensor, b: b[index] }))),
  );
  return sums.map(Math.sqrt);
}

/** Norm of everything from the norms of its parts. */
export function total(parts: number[]): number {
  return Math.sqrt(sumOfSquares(parts));
}

/** As they travel: little-endian float32 in base64. */
export function base64(values: number[]): string {
  return Buffer.from(new Float32Array(values).buffer).toString('base64');
}
