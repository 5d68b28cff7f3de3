import type { EngineLike, TensorLike, Values } from '../tensorflow.js';
import { valuesOf } from './values.js';

/** Numbers of a batch that its fingerprint is made of, evenly spaced. */
const SAMPLED = 1024;

/** The bits of the numbers, so that equal numbers are equal and nothing is rounded. */
export function bitsOf(values: Values): Int32Array | Uint8Array {
  return values instanceof Float32Array
    ? new Int32Array(values.buffer, values.byteOffset, values.length)
    : values;
}

/** FNV-1a over 32-bit words instead of bytes. */
export function hash(
  bits: ArrayLike<number>,
  from: number,
  to: number,
  stride: number,
  start = 0x811c9dc5,
): number {
  let state = start;
  for (let i = from; i < to; i += stride) {
    state = Math.imul(state ^ (bits[i] as number), 0x01000193);
    state ^= state >>> 15;
  }
  return state >>> 0;
}

/** The same for equal tensors; of a large one, evenly spaced numbers are looked at. */
export function fingerprint(engine: EngineLike, tensors: TensorLike[]): number {
  let state = 0x811c9dc5;
  for (const tensor of tensors) {
    const bits = bitsOf(valuesOf(engine, tensor));
    const stride = Math.max(1, Math.ceil(bits.length / SAMPLED));
    state = hash(bits, 0, bits.length, stride, state ^ bits.length);
  }
  return state >>> 0;
}
