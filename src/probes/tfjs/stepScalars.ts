import type { Evaluation } from './evaluations.js';
import { learningRate, type OptimizerRecord } from './optimizers.js';
import type { OptimizerLike } from './tensorflow.js';
import type { UpdateMeasure } from './updateMeasure.js';

export type Scalars = Record<string, number | undefined>;

/** What is known of a step between the beginning and the end of `applyGradients`. */
export interface OpenStep {
  optimizer: OptimizerLike;
  record: OptimizerRecord;
  evaluations: Evaluation[];
  measure: UpdateMeasure | undefined;
  began: number;
  /** Whether the optimizer cannot be seen: its update can be held, but neither left out nor set back. */
  hidden?: boolean;
  /** Whether a person left the update out. */
  skipped?: boolean;
  /** Whether a person went to another step meanwhile, so that weights before and after are not of one update. */
  travelled?: boolean;
}

/**
 * What every step tells by itself.
 * @param series of the loss
 * @param ended the training's own time, seconds
 * @param lastEnd end of the step before, unless something else came between
 */
export function stepScalars(
  open: OpenStep,
  series: string,
  ended: number,
  lastEnd: number | undefined,
): Scalars {
  const { evaluations, record, optimizer } = open;
  const first = evaluations[0];
  const isFirst = record.id === 0;
  return {
    [series]: lossOf(evaluations),
    [isFirst ? 'lr/0' : `lr/${record.id}.0`]: learningRate(optimizer),
    [isFirst ? 'accuracy' : `accuracy/${record.id}`]: first?.accuracy,
    batchFingerprint: first?.fingerprint,
    skipped: open.skipped ? 1 : undefined,
    sliceShare: first?.sliceShare,
    samples: sum(evaluations.map(({ samples }) => samples)),
    'time/step': lastEnd === undefined ? undefined : ended - lastEnd,
    'time/data': first && lastEnd !== undefined ? first.start - lastEnd : undefined,
    'time/forward': sum(evaluations.map(({ forward }) => forward)),
    'time/backward': sum(evaluations.map(({ backward }) => backward)),
    'time/optimizer': ended - open.began,
  };
}

function sum(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0);
}

/**
 * The loss of a step from those of its micro-batches. TensorFlow.js has no accumulation of its own: a script that
 * averages gradients takes each of a whole loss, so those are averaged; one that scales its losses is summed.
 */
function lossOf(evaluations: Evaluation[]): number | undefined {
  const total = sum(evaluations.map(({ value }) => value));
  const whole = evaluations.every((evaluation) => evaluation.pure);
  return total !== undefined && whole ? total / evaluations.length : total;
}

/** Series of a further optimizer bear its number. */
export function suffixed(values: object, optimizer: number): Scalars {
  const entries = Object.entries(values) as [string, number | undefined][];
  return optimizer === 0
    ? Object.fromEntries(entries)
    : Object.fromEntries(entries.map(([name, value]) => [`${name}/${optimizer}`, value]));
}
