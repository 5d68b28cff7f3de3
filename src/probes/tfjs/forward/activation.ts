import type { LossSeen } from '../../../protocol/telemetry.js';
import type { TensorLike } from '../tensorflow.js';
import type { KernelLog, KernelRun } from './kernelLog.js';

type Activation = NonNullable<LossSeen['outputActivation']>;

const ACTIVATIONS: Record<string, Activation> = {
  Softmax: 'softmax',
  LogSoftmax: 'log_softmax',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Relu: 'relu',
  Relu6: 'relu',
  Log: 'log',
  Log1p: 'log',
};

/** Other shapes of the same numbers. */
const SHAPES = new Set([
  'Reshape',
  'Identity',
  'Cast',
  'ExpandDims',
  'Transpose',
  'Slice',
  'StridedSlice',
  'GatherV2',
  'GatherNd',
  'Concat',
  'Pack',
  'Unpack',
  'SplitV',
  'Reverse',
]);

/** Sums of products: logits, as far as anybody can tell. */
const LINEAR = new Set(['BatchMatMul', 'Add', 'AddN', 'Sub', 'Sum', 'Conv2D', 'Conv3D', 'Einsum']);
const FUSED = new Set(['_FusedMatMul', 'FusedConv2D', 'FusedDepthwiseConv2D']);

export interface Made {
  activation: Activation;
  run: KernelRun;
}

/** What made a tensor: the last operation that is not a mere change of shape. */
export function madeBy(log: KernelLog, tensor: TensorLike, depth = 0): Made | undefined {
  const run = log.makerOf(tensor);
  if (!run || depth > 20) return undefined;
  const first = run.inputs[0];
  if (SHAPES.has(run.kernel) && first) return madeBy(log, first, depth + 1);
  if (run.kernel === 'ClipByValue' && first) return clipped(log, run, first, depth);
  return { activation: activationOf(log, run), run };
}

/** Probabilities that are kept away from 0 and 1 are probabilities. */
function clipped(log: KernelLog, run: KernelRun, input: TensorLike, depth: number): Made {
  const inner = madeBy(log, input, depth + 1);
  const isProbability = inner?.activation === 'softmax' || inner?.activation === 'sigmoid';
  return inner && isProbability ? inner : { activation: 'other', run };
}

function activationOf(log: KernelLog, run: KernelRun): Activation {
  const { kernel, attributes } = run;
  if (isLogSoftmax(log, run)) return 'log_softmax';
  if (FUSED.has(kernel)) return fusedActivation(attributes?.['activation']);
  if (kernel === 'Neg' && negates(log, run, 'Softplus')) return 'log_sigmoid';
  if (LINEAR.has(kernel)) return 'none';
  return ACTIVATIONS[kernel] ?? 'other';
}

function fusedActivation(name: unknown): Activation {
  if (name === undefined || name === null || name === 'linear') return 'none';
  return name === 'relu' || name === 'relu6' ? 'relu' : name === 'sigmoid' ? 'sigmoid' : 'other';
}

function negates(log: KernelLog, { inputs }: KernelRun, kernel: string): boolean {
  const [input] = inputs;
  return input !== undefined && log.makerOf(input)?.kernel === kernel;
}

/** TensorFlow.js computes x - log(sum(exp(x))). */
function isLogSoftmax(log: KernelLog, { kernel, inputs }: KernelRun): boolean {
  if (kernel !== 'Sub' || !inputs[1]) return false;
  let tensor: TensorLike | undefined = inputs[1];
  for (const expected of ['Log', 'Sum', 'Exp']) {
    const maker: KernelRun | undefined = tensor && log.makerOf(tensor);
    if (maker?.kernel !== expected) return false;
    tensor = maker.inputs[0];
  }
  return true;
}
