import type { DataOverlap } from '../../protocol/telemetry.js';
import { bitsOf, hash } from './measures/fingerprint.js';
import { valuesOf } from './measures/values.js';
import type { EngineLike, TensorLike } from './tensorflow.js';

/** Numbers that are read of the training data and of the validation data at most. */
const MAX_READ = 4_000_000;

/** Examples by the content of their first input, to tell whether two sets of data have some in common. */
export class Examples {
  private readonly training = new Map<number, number>();
  private compared = 0;
  private shared = 0;
  private read = { training: 0, validation: 0 };
  private told = false;
  private last: object | undefined;

  /** Takes in a training batch; the same examples in another epoch are the same. */
  trains(engine: EngineLike, [input]: TensorLike[]): void {
    if (!input || input.dataId === this.last || !this.may('training', input)) return;
    this.last = input.dataId;
    const keys = keysOf(engine, input);
    const known = keys.filter((key) => this.training.has(key)).length;
    // Most of a batch is known: another epoch began, or examples are drawn with replacement.
    if (known > keys.length / 2) return;
    for (const key of keys) this.training.set(key, (this.training.get(key) ?? 0) + 1);
  }

  validates(engine: EngineLike, [input]: TensorLike[]): void {
    if (this.told || !input || this.training.size === 0 || !this.may('validation', input)) return;
    for (const key of keysOf(engine, input)) {
      this.compared++;
      if (this.training.has(key)) this.shared++;
    }
  }

  /** What was found, once. */
  compare(): Pick<DataOverlap, 'compared' | 'shared' | 'training' | 'repeated'> | undefined {
    if (this.told || this.compared === 0) return undefined;
    this.told = true;
    let [training, repeated] = [0, 0];
    for (const count of this.training.values()) {
      training += count;
      if (count > 1) repeated += count;
    }
    this.training.clear();
    return { compared: this.compared, shared: this.shared, training, repeated };
  }

  private may(role: 'training' | 'validation', { size, shape, dtype }: TensorLike): boolean {
    if (this.told || shape.length < 2 || dtype === 'string' || dtype === 'complex64') return false;
    this.read[role] += size;
    return this.read[role] <= MAX_READ;
  }
}

/** 53 bits for each example, of all its numbers. */
function keysOf(engine: EngineLike, tensor: TensorLike): number[] {
  const bits = bitsOf(valuesOf(engine, tensor));
  const examples = tensor.shape[0] ?? 1;
  const width = bits.length / examples;
  return Array.from({ length: examples }, (_, row) => {
    const [from, to] = [row * width, (row + 1) * width];
    const high = hash(bits, from, to, 1, 0x9e3779b9) & 0x1fffff;
    return high * 2 ** 32 + hash(bits, from, to, 1);
  });
}
