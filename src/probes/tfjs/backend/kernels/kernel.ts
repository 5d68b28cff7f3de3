import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

export type { BackendWasm, TensorInfo };

/** Inputs, attributes and backend of one call of a kernel. */
export interface Call<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: BackendWasm;
}

export function hasKernel(kernelName: string): boolean {
  return (getKernel(kernelName, 'wasm') as KernelConfig | undefined) !== undefined;
}

/** Replaces the WebAssembly kernel of that name, or adds it. */
export function setKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: (call: Call<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  // It is undefined where there is none, whatever its type says.
  const published = getKernel(kernelName, 'wasm') as KernelConfig | undefined;
  if (published) unregisterKernel(kernelName, 'wasm');
  const config: KernelConfig = { kernelName, backendName: 'wasm', kernelFunc: kernel as never };
  if (published?.setupFunc) config.setupFunc = published.setupFunc;
  registerKernel(config);
}

/** Runs another WebAssembly kernel. The caller disposes what it returns. */
export function runKernel(
  kernelName: string,
  backend: BackendWasm,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown> = {},
): TensorInfo {
  return getKernel(kernelName, 'wasm').kernelFunc({ inputs, backend, attrs: attrs as never }) as TensorInfo;
}

/**
 * The numbers of a tensor, in the WebAssembly heap itself. Good until the next allocation, which may move the heap:
 * allocate outputs first, then take views.
 */
export function view(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

export function integers(backend: BackendWasm, tensor: TensorInfo): Int32Array {
  return backend.typedArrayFromHeap(tensor) as Int32Array;
}

export function add(values: Float32Array, index: number, value: number): void {
  values[index] = (values[index] as number) + value;
}

/** A float32 output filled with zeros. */
export function zeros(backend: BackendWasm, shape: number[]): TensorInfo {
  const out = backend.makeOutput(shape, 'float32');
  view(backend, out).fill(0);
  return out;
}
