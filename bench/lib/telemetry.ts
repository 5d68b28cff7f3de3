/** Lines as a probe sends them: a hello, then messages of steps with the series of a usual run. */
import { MAX_MESSAGE_BYTES, SERIES, type Hello } from '../../src/protocol/telemetry.js';

/** Measured at every step by the PyTorch probe. */
const names = [
  SERIES.loss,
  SERIES.gradNorm,
  SERIES.weightNorm,
  SERIES.updateRatio,
  `${SERIES.learningRate}/0`,
  SERIES.samples,
  SERIES.timeStep,
  SERIES.timeData,
  SERIES.timeForward,
  SERIES.timeBackward,
  SERIES.timeOptimizer,
  SERIES.memoryProcess,
];

export const SERIES_COUNT = names.length;
/** Steps in one message: a step of a millisecond, sent twenty times a second. */
export const STEPS_PER_LINE = 50;

export const hello: Hello = {
  type: 'hello',
  version: 1,
  token: 'x',
  framework: 'pytorch',
  frameworkVersion: '2.9.0',
  language: 'python',
  languageVersion: '3.12.0',
  pid: 1,
  rank: 0,
  localRank: 0,
  worldSize: 1,
  host: 'bench',
  script: '/train.py',
  argv: ['/train.py'],
  cwd: '/',
  time: 1_700_000_000,
  packages: {},
};
export const helloLine = JSON.stringify(hello);

/** One message of `STEPS_PER_LINE` steps; values have as many digits as measured ones. */
export function stepsLine(first: number): string {
  const steps = Array.from({ length: STEPS_PER_LINE }, (_, i) => first + i);
  const scalars = Object.fromEntries(
    names.map((name, i) => [name, steps.map((step) => Math.fround(1 + i + 0.5 * Math.sin(step / 997 + i)))]),
  );
  const line = JSON.stringify({ type: 'steps', first, time: steps.map((step) => step * 0.00101), scalars });
  if (line.length > MAX_MESSAGE_BYTES) throw new Error('A line is longer than a probe may send.');
  return line;
}
