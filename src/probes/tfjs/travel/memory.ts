import type { BackendLike, EngineLike, TensorLike, VariableLike } from '../tensorflow.js';

/** The numbers of a tensor, kept by a reference to their memory. */
export interface Kept {
  dataId: object;
  shape: number[];
  dtype: string;
  bytes: number;
  backend: BackendLike;
}

/**
 * Tensors of TensorFlow.js never change, a variable only takes another one's memory: a further reference to that memory
 * is a copy. It copies nothing, and is no tensor that the user's own count would show.
 */
export class Memory {
  private readonly counts = new Map<object, number>();
  /** Held by this, each memory once. */
  bytes = 0;

  constructor(private readonly engine: EngineLike) {}

  /** Whether the backend counts references. */
  get works(): boolean {
    const { incRef, disposeData } = this.engine.backend;
    return incRef !== undefined && disposeData !== undefined;
  }

  hold({ dataId, shape, dtype, size }: TensorLike): Kept {
    const { backend } = this.engine;
    const count = this.counts.get(dataId) ?? 0;
    const kept = { dataId, shape, dtype, bytes: (dtype === 'bool' ? 1 : 4) * size, backend };
    this.counts.set(dataId, count + 1);
    if (count === 0) this.bytes += kept.bytes;
    backend.incRef?.(dataId);
    return kept;
  }

  free({ dataId, bytes, backend }: Kept): void {
    const count = (this.counts.get(dataId) ?? 1) - 1;
    if (count > 0) this.counts.set(dataId, count);
    else {
      this.counts.delete(dataId);
      this.bytes -= bytes;
    }
    if (backend.disposeData?.(dataId)) this.engine.removeDataId?.(dataId, backend);
  }

  /** A tensor with these numbers, to be disposed by the caller. */
  tensor({ dataId, shape, dtype, backend }: Kept): TensorLike {
    backend.incRef?.(dataId);
    return this.engine.makeTensorFromDataId(dataId, shape, dtype, backend);
  }

  assign(variable: VariableLike, kept: Kept): void {
    if (variable.isDisposed || variable.dataId === kept.dataId) return;
    const value = this.tensor(kept);
    variable.assign(value);
    value.dispose();
  }
}

/** Makes a disposed tensor, whose memory is held, usable again; to be disposed again by the caller. */
export function revive(engine: EngineLike, tensor: TensorLike, { backend }: Kept): void {
  backend.incRef?.(tensor.dataId);
  engine.trackTensor(tensor, backend);
  Reflect.set(tensor, 'isDisposedInternal', false);
}
