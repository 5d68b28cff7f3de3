import type { LossCall } from '../measures/lossFunctions.js';
import { isVariable, type TensorLike, type VariableLike } from '../tensorflow.js';
import type { KernelLog, KernelRun } from './kernelLog.js';

/** Operations by which a network takes its data in. */
const NETWORK = /^(?:_FusedMatMul|BatchMatMul|(?:Fused)?(?:Depthwise)?Conv[123]D|.*Conv2dNative)$/;

/**
 * What a script without a model of layers reads: the first tensor with as many examples as the target that no
 * operation made, or, where the batch is cut out of the data inside of the loss, that no weight has part in. An
 * autoencoder's target is its input as well.
 */
export function dataIn(log: KernelLog | undefined, call: LossCall | undefined): TensorLike[] {
  if (!log || !call) return [];
  const { target } = call;
  const search = (is: (input: TensorLike, run: KernelRun) => boolean): TensorLike | undefined => {
    for (const run of log.runs) {
      const data = run.inputs.find(
        (input) =>
          !isVariable(input) &&
          input.shape.length > 0 &&
          input.shape[0] === target.shape[0] &&
          (input.dataId !== target.dataId || NETWORK.test(run.kernel)) &&
          is(input, run),
      );
      if (data) return data;
    }
    return undefined;
  };
  const learned = dependents(log);
  const indices = rowIndices(log);
  const data =
    search((input) => !log.makerOf(input) && !indices.has(input.dataId)) ??
    search((input, { inputs }) => !learned.has(input.dataId) && inputs.some(isVariable));
  return data ? [data] : [];
}

/** Indices of a batch are not its data; those of an embedding are. */
function rowIndices({ runs }: KernelLog): Set<object> {
  const found = new Set<object>();
  for (const { kernel, inputs } of runs) {
    const [from, indices] = inputs;
    if (kernel === 'GatherV2' && from && indices && !isVariable(from)) found.add(indices.dataId);
  }
  return found;
}

/** What the weights have any part in. */
export function dependents({ runs }: KernelLog): Set<object> {
  const learned = new Set<object>();
  for (const { inputs, outputs } of runs) {
    if (inputs.some((input) => isVariable(input) || learned.has(input.dataId)))
      for (const { dataId } of outputs) learned.add(dataId);
  }
  return learned;
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
