/** Messages about layers and parameters, for tests of rules. */
import type {
  ActivationMeasures,
  Hello,
  LayersSeen,
  ParameterMeasures,
  ParametersSeen,
} from '../../src/protocol/telemetry.js';
import { at } from './ruleTester.js';

export function pack(values: readonly number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

/** Layers by name and kind; the first is built at line 101, the second at 102 … */
export function layersSeen(...layers: [name: string, kind: string][]): LayersSeen {
  return {
    type: 'layers',
    layers: layers.map(([name, kind], index) => ({ name, kind, source: at(101 + index) })),
  };
}

type ParameterSeen = ParametersSeen['parameters'][number];

/** A weight of 64 by 64 in layer 0 that the first optimizer holds, unless said otherwise. */
export function parameterSeen(name: string, given: Partial<ParameterSeen> = {}): ParameterSeen {
  return { name, shape: [64, 64], dtype: 'float32', device: 'cpu', layer: 0, optimizer: 0, ...given };
}

export function parametersSeen(...parameters: ParameterSeen[]): ParametersSeen {
  return { type: 'parameters', parameters };
}

export function measured(
  step: number,
  arrays: { gradNorm?: number[]; weightNorm?: number[]; updateRatio?: number[] },
): ParameterMeasures {
  const packed = Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, pack(values)]));
  return { type: 'parameterMeasures', step, time: step * 0.01, ...packed };
}

export type LayerActivation = ActivationMeasures['layers'][number];

/** What one layer put out: standard normal unless said otherwise. */
export function activation(
  layer: number,
  kind: string,
  given: Partial<LayerActivation> = {},
): LayerActivation {
  return { layer, kind, mean: 0, std: 1, min: -4, max: 4, nonFinite: 0, ...given };
}

export function activationsSeen(step: number, ...layers: LayerActivation[]): ActivationMeasures {
  return { type: 'activations', step, time: step * 0.01, layers };
}

/** The greeting of a TensorFlow.js script. */
export const hello: Hello = {
  type: 'hello',
  version: 1,
  token: '',
  framework: 'tfjs',
  frameworkVersion: '4.22.0',
  language: 'node',
  languageVersion: '24',
  pid: 1,
  rank: 0,
  localRank: 0,
  worldSize: 1,
  host: '',
  script: '',
  argv: [],
  cwd: '/',
  time: 0,
  packages: {},
};
