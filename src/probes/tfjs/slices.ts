import type { TensorLike } from './tensorflow.js';

/** Batches that the script cuts out of its data itself, anew for each step. */
export class Slices {
  /** Of a slice of rows, by its memory: the share of the rows of what it was cut out of. */
  private readonly shares = new WeakMap<object, number>();
  private last: object | undefined;

  /** Takes note of an operation that has cut a slice out of a tensor. */
  cut(whole: TensorLike, slice: TensorLike): void {
    const [rows, all] = [slice.shape[0] ?? 0, whole.shape[0] ?? 0];
    if (rows < all && slice.size * all === whole.size * rows) this.shares.set(slice.dataId, rows / all);
  }

  /** @returns the share, where the step's input is a slice and another than that of the step before */
  share({ dataId }: TensorLike): number | undefined {
    const isNew = dataId !== this.last;
    this.last = dataId;
    return isNew ? this.shares.get(dataId) : undefined;
  }
}
