/** How measures are called in expressions: `gradNorm[1]` and `validation.loss` for what series call with a slash. */
import { SERIES } from '../protocol/telemetry.js';

/** What is no series of its own. */
export const PLACE_NAMES = ['step', 'epoch', 'batch', 'microBatch', 'best'] as const;

/** Series of the first optimizer and the whole run that a person may well ask for. */
const COMMON = [
  ...[SERIES.loss, SERIES.trainAccuracy, SERIES.validationLoss, SERIES.validationAccuracy],
  ...[SERIES.gradNorm, SERIES.clipNorm, SERIES.weightNorm, SERIES.updateRatio, SERIES.learningRate],
  ...[SERIES.lossScale, SERIES.skipped, SERIES.samples, SERIES.staleGradients, SERIES.retainedGraphs],
  ...[SERIES.timeStep, SERIES.timeData, SERIES.timeForward, SERIES.timeBackward, SERIES.timeOptimizer],
  ...[SERIES.memoryProcess, SERIES.memoryDevice, SERIES.memoryDeviceReserved, SERIES.tensors],
] as const;

/** What is followed by a name that only the run itself makes known. */
const OPEN: readonly string[] = [SERIES.metric, SERIES.gpu];

/** The learning rate of the first group is the one that is meant by `lr`. */
const FIRST_RATE = `${SERIES.learningRate}/0`;

/** Names to offer: those of this list are known before anything is measured. */
export const KNOWN_NAMES: readonly string[] = [...PLACE_NAMES, ...COMMON.map(nameOf)];

/** What an expression calls a series. */
export function nameOf(series: string): string {
  if (series === FIRST_RATE) return SERIES.learningRate;
  const [head = '', ...rest] = series.split('/');
  const metric = `${head}/` === SERIES.metric && rest.length > 0;
  // A script may call its metric as it likes, with slashes too.
  return (metric ? [rest.join('/')] : rest).reduce((name, part) => name + suffix(part), head);
}

function suffix(part: string): string {
  if (/^\d+$/.test(part)) return `[${part}]`;
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part) ? `.${part}` : `["${part}"]`;
}

/** The series that a name in an expression stands for, from its parts. */
export function seriesOf(parts: readonly string[]): string {
  const series = parts.join('/');
  return series === SERIES.learningRate ? FIRST_RATE : series;
}

/** Whether there can be such a measure, as far as this is known before it has been measured. */
export function isMeasure(parts: readonly string[]): boolean {
  const series = parts.join('/');
  if ((PLACE_NAMES as readonly string[]).includes(series)) return true;
  if (OPEN.some((prefix) => series.startsWith(prefix) && series !== prefix)) return true;
  // `gradNorm/1` is the second optimizer's, `lr/1.0` the rate of its first group.
  return (COMMON as readonly string[]).includes(series.replace(/\/\d+(\.\d+)?$/, ''));
}
