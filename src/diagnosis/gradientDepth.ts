/** How large the gradient is from layer to layer. */
import type { ParameterMeasures } from '../protocol/telemetry.js';
import {
  isMatrix,
  isTrainable,
  layerOf,
  layersThatRan,
  ownerName,
  type Parameter,
  parametersOf,
  sizeOf,
  unpack,
} from './parameterTable.js';
import type { RunFacts } from './rule.js';

export interface DepthEntry {
  name: string;
  layer: number;
  /** Root mean square of the gradient's elements. */
  rms: number;
}

function isLookup(facts: RunFacts, { layer }: Parameter): boolean {
  return /embedding/i.test(layerOf(facts, layer)?.kind ?? '');
}

/**
 * Weights with a gradient, in the order in which their layers run, or in that of construction where it is not known.
 * Tables of embeddings are left out: most of their rows get no gradient from one batch.
 */
export function gradientByDepth({ gradNorm }: ParameterMeasures, facts: RunFacts): DepthEntry[] {
  const norms = unpack(gradNorm);
  const order = layersThatRan(facts);
  const place = (index: number) => (order.includes(index) ? order.indexOf(index) : index);
  return parametersOf(facts)
    .map((parameter, index) => ({ parameter, norm: norms[index] ?? NaN }))
    .filter(({ parameter, norm }) => isMatrix(parameter) && isTrainable(parameter) && Number.isFinite(norm))
    .filter(({ parameter }) => !isLookup(facts, parameter))
    .sort((a, b) => place(a.parameter.layer) - place(b.parameter.layer))
    .map(({ parameter, norm }) => ({
      name: ownerName(facts, parameter),
      layer: parameter.layer,
      rms: norm / Math.sqrt(sizeOf(parameter.shape)),
    }));
}

/** Share of neighbours of which the earlier is smaller: 1 where a quantity rises all the way. */
export function rising(values: readonly number[]): number {
  const pairs = values.slice(1).filter((value, index) => value > (values[index] ?? Infinity));
  return values.length < 2 ? 0 : pairs.length / (values.length - 1);
}
