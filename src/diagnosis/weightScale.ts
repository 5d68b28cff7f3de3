/** How large initial weights are, against what keeps signals at their size. */
import { fromWire } from '../protocol/values.js';
import {
  isMatrix,
  isTrainable,
  layerOf,
  layersThatRan,
  ownerName,
  type Parameter,
  parametersOf,
  sizeOf,
} from './parameterTable.js';
import type { RunFacts } from './rule.js';

/** Initial weights of one linear map. */
export interface InitialWeight {
  name: string;
  layer: number;
  inputs: number;
  outputs: number;
  mean: number;
  std: number;
  /** Standard deviation over that of He et al. (arXiv:1502.01852), the root of 2 / inputs. */
  relative: number;
}

/** Layers whose weights do not sum over their inputs, or over fewer than their shape says. */
const OTHER_SHAPES = /embedding|transpose|depthwise|separable|norm/i;

function isTensorFlow(facts: RunFacts): boolean {
  return facts.hello?.framework === 'tfjs';
}

/** Sizes of input and output of a weight: PyTorch’s begin with the outputs, TensorFlow.js’s end with them. */
export function fans({ shape }: Parameter, facts: RunFacts): { inputs: number; outputs: number } {
  const outputs = (isTensorFlow(facts) ? shape.at(-1) : shape[0]) ?? 1;
  return { inputs: sizeOf(shape) / outputs, outputs };
}

export function initialWeight(parameter: Parameter, facts: RunFacts): InitialWeight | undefined {
  if (!parameter.initial || !isMatrix(parameter)) return undefined;
  const { inputs, outputs } = fans(parameter, facts);
  const std = fromWire(parameter.initial.std);
  return {
    name: ownerName(facts, parameter),
    layer: parameter.layer,
    inputs,
    outputs,
    mean: fromWire(parameter.initial.mean),
    std,
    relative: std / Math.sqrt(2 / inputs),
  };
}

/** Trainable weights of linear, convolutional and recurrent layers in the order in which they run. */
export function initialWeights(facts: RunFacts): InitialWeight[] {
  const ran = layersThatRan(facts);
  const place = (layer: number) => (ran.includes(layer) ? ran.indexOf(layer) : layer);
  return parametersOf(facts)
    .filter((one) => isTrainable(one) && !OTHER_SHAPES.test(layerOf(facts, one.layer)?.kind ?? ''))
    .filter((one) => ran.length === 0 || ran.includes(one.layer))
    .map((one) => initialWeight(one, facts))
    .filter((one) => one !== undefined)
    .sort((a, b) => place(a.layer) - place(b.layer));
}

/** Whether all elements are the same. */
export function isConstant({ mean, std, inputs, outputs }: InitialWeight): boolean {
  return inputs * outputs > 1 && std <= 1e-6 * Math.abs(mean);
}
