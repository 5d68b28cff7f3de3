import type { LoaderSeen } from '../../../protocol/telemetry.js';
import type { SourceLine } from '../../../protocol/values.js';
import type { Training } from '../training.js';

/** What a call of `fit` or `fitDataset` is given. */
export interface FitData {
  epochs: number;
  /** Null where a data set makes the batches. */
  batchSize: number | null;
  batches: number | undefined;
  examples: number | undefined;
  shuffled: boolean | null;
  validates: boolean;
  validationExamples: number | undefined;
  source?: SourceLine | undefined;
}

const told = new Set<string>();

/**
 * The data of `fit` as loaders, once for each line that calls it. A call of a single epoch does not tell what the data
 * is: scripts feed batches, or targets that they just made, in that way.
 */
export function sayLoaders(training: Training, data: FitData): void {
  if (data.epochs < 2) return;
  const place = `${data.source?.file}:${data.source?.line}`;
  if (told.has(place)) return;
  const id = 2 * told.size;
  told.add(place);
  const { batchSize, examples, source } = data;
  const common = { type: 'loader', workers: 0, batchSize, ...(source && { source }) } as const;
  const train: LoaderSeen = {
    ...common,
    id,
    batches: data.batches ?? batchesOf(examples, batchSize),
    shuffled: data.shuffled,
    ...(examples !== undefined && { examples, dropLast: false }),
    role: 'train',
  };
  training.session.send(train);
  if (!data.validates) return;
  const held = data.validationExamples;
  training.session.send({
    ...common,
    id: id + 1,
    batches: batchesOf(held, batchSize),
    shuffled: batchSize === null ? null : false,
    ...(held !== undefined && { examples: held, dropLast: false }),
    role: 'validation',
  });
}

function batchesOf(examples: number | undefined, batchSize: number | null): number | null {
  return examples === undefined || batchSize === null ? null : Math.ceil(examples / batchSize);
}
