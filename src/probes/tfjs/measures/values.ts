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

/** The numbers of a tensor, copied from the device where that is needed. */
export function valuesOf(engine: EngineLike, tensor: TensorLike): Values {
  return viewOf(engine, tensor) ?? tensor.dataSync();
}

export function scalarOf(engine: EngineLike, tensor: TensorLike): number {
  return valuesOf(engine, tensor)[0] ?? NaN;
}
