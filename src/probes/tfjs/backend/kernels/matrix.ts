import { getKernel } from '@tensorflow/tfjs-core';
import { onCpu } from './cpuFallback.js';
import { runKernel, setKernel, type BackendWasm, type TensorInfo } from './kernel.js';

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

function transposed(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return runKernel('Transpose', backend, { x }, { perm });
}

/** The published kernel is many times slower on transposed matrices than transposing them first. */
export function registerMatMul(): void {
  const published = getKernel('BatchMatMul', 'wasm').kernelFunc;
  setKernel<{ a: TensorInfo; b: TensorInfo }, MatMulAttributes>('BatchMatMul', (call) => {
    const { inputs, attrs, backend } = call;
    if (inputs.a.dtype !== 'float32' || inputs.b.dtype !== 'float32') return onCpu('BatchMatMul', call);
    const a = attrs.transposeA ? transposed(backend, inputs.a) : inputs.a;
    const b = attrs.transposeB ? transposed(backend, inputs.b) : inputs.b;
    const plain = { transposeA: false, transposeB: false };
    const result = published({ inputs: { a, b }, backend, attrs: plain }) as TensorInfo;
    if (attrs.transposeA) backend.disposeData(a.dataId);
    if (attrs.transposeB) backend.disposeData(b.dataId);
    return result;
  });
}
