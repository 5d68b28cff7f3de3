/** What the recorder's tests share: messages as a probe sends them, frames decoded. */
import { join } from 'node:path';
import type { LaunchConfig, SeriesFrame } from '../../../src/protocol/runApi.js';
import type { Hello, ParameterMeasures, Steps } from '../../../src/protocol/telemetry.js';
import { toWire } from '../../../src/protocol/values.js';

export const hello: Hello = {
  type: 'hello',
  version: 1,
  token: 'secret',
  framework: 'pytorch',
  frameworkVersion: '2.9.0',
  language: 'python',
  languageVersion: '3.12.1',
  pid: 17,
  rank: 0,
  localRank: 0,
  worldSize: 1,
  host: 'here',
  script: '/project/train.py',
  argv: ['/project/train.py'],
  cwd: '/project',
  time: 1_700_000_000,
  packages: { torch: '2.9.0' },
};

export function launchConfig(folder: string): LaunchConfig {
  return {
    name: 'digits',
    workspace: folder,
    runsDirectory: folder,
    program: join(folder, 'train.py'),
    args: [],
    cwd: folder,
    env: {},
    runtime: 'python',
    interpreterArgs: [],
    hyperparameters: { lr: 0.1 },
    rules: {},
  };
}

/** Steps from `first` on, ten a second, with each series' values by step. */
export function stepsOf(
  first: number,
  count: number,
  series: Record<string, (step: number) => number | null>,
): Steps {
  const steps = Array.from({ length: count }, (_, i) => first + i);
  const column = (value: (step: number) => number | null): Steps['scalars'][string] =>
    steps.map((step) => {
      const number = value(step);
      return number === null ? null : toWire(number);
    });
  const scalars = Object.fromEntries(Object.entries(series).map(([name, value]) => [name, column(value)]));
  return { type: 'steps', first, time: steps.map((step) => step / 10), scalars };
}

export interface DecodedFrame {
  x: number[];
  min: number[];
  max: number[];
  mean: number[];
  nonFinite: number[];
  stride: number;
}

export function decodeFrame(frame: SeriesFrame): DecodedFrame {
  const buffer = (base64: string): ArrayBuffer => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
  const floats = (base64: string): number[] => [...new Float32Array(buffer(base64))];
  return {
    x: [...new Float64Array(buffer(frame.x))],
    min: floats(frame.min),
    max: floats(frame.max),
    mean: floats(frame.mean),
    nonFinite: [...new Uint32Array(buffer(frame.nonFinite))],
    stride: frame.stride,
  };
}

export function encodeFloats(values: number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

export function measuresOf(step: number, gradNorm: number[]): ParameterMeasures {
  return { type: 'parameterMeasures', step, time: step / 10, gradNorm: encodeFloats(gradNorm) };
}
