import type { EngineLike, TensorLike, Values } from '../tensorflow.js';

/**
 * The numbers of a tensor without copying them where the backend keeps them in this process's own memory: only to be
 * read, and at once. Null where they are on a device.
 */
export function viewOf(engine: EngineLike, tensor: TensorLike): Values | null {
  const backend = engine.backend;
  if (backend.typedArrayFromHeap && backend.dataIdMap?.has(tensor.dataId)) {
    return tensor.size === 0 ? new Float32Array(0) : backend.typedArrayFromHeap(tensor);
  }
  if (engine.backendName === 'cpu' && backend.data?.has(tensor.dataId))
    return backend.readSync(tensor.dataId);
  return null;
}

/** The numbers of a tensor, copied from the device where that is needed; also of one whose memory only we hold. */
export function valuesOf(engine: EngineLike, tensor: TensorLike): Values {
  const view = viewOf(engine, tensor);
  if (view) return view;
  return tensor.isDisposed ? engine.backend.readSync(tensor.dataId) : tensor.dataSync();
}

/** Whether the numbers are still there: memory of a tensor that was disposed may be held by somebody else. */
export function isReadable(engine: EngineLike, tensor: TensorLike): boolean {
  return !tensor.isDisposed || viewOf(engine, tensor) !== null;
}

export function scalarOf(engine: EngineLike, tensor: TensorLike): number {
  return valuesOf(engine, tensor)[0] ?? NaN;
}

const LOOKED_AT = 256;

/** Whether some of evenly spaced numbers, of those that are in this process's memory, are not finite. */
export function isSuspicious(engine: EngineLike, tensor: TensorLike): boolean {
  const values = viewOf(engine, tensor);
  if (!values) return false;
  const stride = Math.max(1, Math.ceil(values.length / LOOKED_AT));
  for (let i = 0; i < values.length; i += stride) if (!Number.isFinite(values[i])) return true;
  return false;
}
