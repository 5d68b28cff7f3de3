import { engine, getKernel, getKernelsForBackend, type NamedTensorInfoMap } from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js';
import { hasKernel, setKernel, type BackendWasm, type Call, type TensorInfo } from './kernel.js';

type Inputs = Record<string, TensorInfo | TensorInfo[] | undefined>;

/** Complex numbers do not fit the WebAssembly backend's tensors. */
const COMPLEX = new Set(['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real']);

function cpuBackend(): MathBackendCPU {
  return engine().findBackend('cpu') as unknown as MathBackendCPU;
}

function toCpu(cpu: MathBackendCPU, wasm: BackendWasm, tensor: TensorInfo): TensorInfo {
  const values = wasm.readSync(tensor.dataId);
  return cpu.makeTensorInfo(tensor.shape, tensor.dtype, values);
}

function toWasm(cpu: MathBackendCPU, wasm: BackendWasm, tensor: TensorInfo): TensorInfo {
  const values = cpu.readSync(tensor.dataId);
  return wasm.makeOutput(tensor.shape, tensor.dtype, undefined, values);
}

function dispose(cpu: MathBackendCPU, tensor: TensorInfo): void {
  if (cpu.data.has(tensor.dataId)) cpu.disposeData(tensor.dataId, true);
}

/** Runs the plain JavaScript kernel on copies of the inputs. */
export function onCpu(kernelName: string, call: Call<Inputs, unknown>): TensorInfo | TensorInfo[] {
  const kernel = getKernel(kernelName, 'cpu').kernelFunc;
  const cpu = cpuBackend();
  const copies: TensorInfo[] = [];
  const copy = (tensor: TensorInfo): TensorInfo => {
    const made = toCpu(cpu, call.backend, tensor);
    copies.push(made);
    return made;
  };
  const inputs = Object.fromEntries(
    Object.entries(call.inputs).map(([name, input]) => [
      name,
      Array.isArray(input) ? input.map(copy) : input && copy(input),
    ]),
  );
  try {
    const result = kernel({ inputs: inputs as NamedTensorInfoMap, backend: cpu, attrs: call.attrs as never });
    const results = Array.isArray(result) ? result : [result];
    const moved = results.map((tensor) => toWasm(cpu, call.backend, tensor));
    results.forEach((tensor) => dispose(cpu, tensor));
    return Array.isArray(result) ? moved : (moved[0] as TensorInfo);
  } finally {
    copies.forEach((tensor) => dispose(cpu, tensor));
  }
}

function refuseComplex(kernelName: string): never {
  throw new Error(
    `${kernelName} needs complex numbers, which the built-in WebAssembly backend does not have: ` +
      `call tf.setBackend('cpu') at the start of the script, or install @tensorflow/tfjs-node.`,
  );
}

/** Gives the WebAssembly backend every kernel that only the plain JavaScript one has. */
export function registerCpuFallbacks(): void {
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    if (hasKernel(kernelName)) continue;
    setKernel<Inputs, unknown>(kernelName, (call) =>
      COMPLEX.has(kernelName) ? refuseComplex(kernelName) : onCpu(kernelName, call),
    );
  }
}
