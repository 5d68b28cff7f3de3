import type { Plan } from '../../../protocol/telemetry.js';
import { isTensor } from '../tensorflow.js';
import type { FitData } from './fitLoaders.js';

/** What `fit` and `fitDataset` take, as far as it matters here. */
export interface FitArguments {
  epochs?: number;
  initialEpoch?: number;
  batchSize?: number;
  batchesPerEpoch?: number;
  validationData?: unknown;
  validationSplit?: number;
  shuffle?: unknown;
  callbacks?: unknown;
  yieldEvery?: unknown;
}

function samplesOf(x: unknown): number | undefined {
  const first: unknown = Array.isArray(x) ? x[0] : x;
  if (isTensor(first)) return first.shape[0];
  if (typeof first !== 'object' || first === null) return undefined;
  return Object.values(first).find(isTensor)?.shape[0];
}

/** What `fit` is given, as far as it tells. */
export function dataOf(args: FitArguments, x: unknown): FitData {
  const examples = samplesOf(x);
  const split = splitOf(args);
  const given = isGiven(args.validationData) ? samplesOf(args.validationData) : undefined;
  const held = examples === undefined ? undefined : examples - Math.floor(examples * (1 - split));
  const size = (x as { size?: unknown } | null)?.size;
  const isDataset = examples === undefined;
  return {
    epochs: (args.epochs ?? 1) - (args.initialEpoch ?? 0),
    batchSize: isDataset ? null : (args.batchSize ?? 32),
    batches: args.batchesPerEpoch ?? (isDataset && Number.isSafeInteger(size) ? Number(size) : undefined),
    examples: isDataset ? undefined : examples - (split > 0 ? (held ?? 0) : 0),
    shuffled: isDataset ? null : args.shuffle !== false,
    validates: isGiven(args.validationData) || split > 0,
    validationExamples: split > 0 ? held : given,
  };
}

/** How long `fit` will be: exact for tensors, and for datasets where the script says how many batches. */
export function planOf(args: FitArguments, x: unknown): Plan {
  const epochs = args.epochs ?? 1;
  const samples = samplesOf(x);
  const kept = samples === undefined ? undefined : Math.floor(samples * (1 - splitOf(args)));
  const stepsPerEpoch = kept === undefined ? args.batchesPerEpoch : Math.ceil(kept / (args.batchSize ?? 32));
  if (stepsPerEpoch === undefined) return { type: 'plan', epochs };
  return {
    type: 'plan',
    epochs,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch * (epochs - (args.initialEpoch ?? 0)),
  };
}

function splitOf({ validationData, validationSplit }: FitArguments): number {
  return isGiven(validationData) ? 0 : (validationSplit ?? 0);
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
