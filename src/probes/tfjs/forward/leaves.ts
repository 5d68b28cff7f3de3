import type { LossCall } from '../measures/lossFunctions.js';
import { isVariable, type TensorLike, type VariableLike } from '../tensorflow.js';
import type { KernelLog } from './kernelLog.js';

/** Operations by which a network takes its data in. */
const NETWORK = /^(?:_FusedMatMul|BatchMatMul|(?:Fused)?(?:Depthwise)?Conv[123]D|.*Conv2dNative)$/;

/**
 * What a script without a model of layers reads: the first tensor with as many examples as the target that no
 * operation made. An autoencoder's target is its input as well.
 */
export function dataIn(log: KernelLog | undefined, call: LossCall | undefined): TensorLike[] {
  if (!log || !call) return [];
  const { target } = call;
  for (const { kernel, inputs } of log.runs) {
    const data = inputs.find(
      (input) =>
        !isVariable(input) &&
        input.shape.length > 0 &&
        input.shape[0] === target.shape[0] &&
        (input.dataId !== target.dataId || NETWORK.test(kernel)) &&
        !log.makerOf(input),
    );
    if (data) return [data];
  }
  return [];
}

/** Variables that anything was computed with. */
export function variablesIn(log: KernelLog): VariableLike[] {
  const found = new Set<VariableLike>();
  for (const { inputs, backward } of log.runs) {
    if (backward) continue;
    for (const input of inputs) if (isVariable(input)) found.add(input);
  }
  return [...found];
}
