import type { Batch } from '../../../protocol/telemetry.js';
import { fromWire, text } from '../../../protocol/values.js';
import { readable } from '../../format.js';
import type { RunFacts } from '../../rule.js';
import { BLOWN_UP, NOT_FINITE, STALLED, type Suspect } from './suspicion.js';

/** Values of standardised inputs stay below 10 even in heavy tails; pixels and raw tables do not. */
const LARGE_INPUT = 20;

type Tensor = Batch['tensors'][number];

function inputsOf(facts: RunFacts): Tensor[] {
  const tensors = facts.firstBatch?.tensors ?? [];
  return tensors.filter(({ name, dtype }) => name !== 'target' && !/int|long|bool/i.test(dtype));
}

function largest({ min, max }: Tensor): number {
  return Math.max(Math.abs(fromWire(min ?? 0)), Math.abs(fromWire(max ?? 0)));
}

export const inputsNotNormalised: Suspect = (symptom, facts) => {
  const concerned =
    BLOWN_UP.has(symptom.rule) || STALLED.has(symptom.rule) || symptom.rule === 'initial-loss';
  const input = inputsOf(facts).find((one) => largest(one) > LARGE_INPUT);
  if (!concerned || !input) return undefined;
  const range = [input.name, readable(fromWire(input.min ?? NaN)), readable(fromWire(input.max ?? NaN))];
  return {
    id: 'inputs-not-normalised',
    title: text('The inputs are not normalised'),
    because: text('{0} goes from {1} to {2}; outputs and gradients grow with it.', ...range),
    fix: text('Normalise the inputs to zero mean and unit variance'),
    source: facts.source('loader'),
    score: largest(input) >= 100 ? 0.85 : 0.65,
  };
};

export const nonFiniteData: Suspect = (symptom, facts) => {
  if (!NOT_FINITE.has(symptom.rule)) return undefined;
  const batch = facts.firstBatch?.tensors.find(({ nonFinite }) => (nonFinite ?? 0) > 0);
  const { origin } = facts;
  if (!batch && origin?.direction !== 'input') return undefined;
  const count = batch?.nonFinite ?? origin?.inputNonFinite;
  return {
    id: 'non-finite-data',
    title: text('The data holds values that are not finite'),
    because:
      count === undefined
        ? text('Running the batch again, the first values that were not finite were in the input.')
        : text('{0} values of the batch were not finite before the model saw them.', count),
    fix: text('Remove or fill in missing values before training'),
    source: facts.source('loader'),
    score: 0.95,
  };
};

export const targetsNotNormalised: Suspect = (symptom, facts) => {
  const loss = facts.losses.find(({ series }) => series === symptom.series) ?? facts.losses[0];
  const meanSquare = loss?.targetMeanSquare;
  if (loss?.function !== 'mse_loss' || meanSquare === undefined || meanSquare < 100) return undefined;
  if (!BLOWN_UP.has(symptom.rule) && !STALLED.has(symptom.rule)) return undefined;
  return {
    id: 'targets-not-normalised',
    title: text('The targets are not normalised'),
    because: text(
      'The targets are about {0} in size, so the squared error and its gradient are large.',
      readable(Math.sqrt(meanSquare)),
    ),
    fix: text('Train on targets divided by their standard deviation, after taking off their mean'),
    source: loss.source ?? null,
    score: meanSquare >= 1e4 ? 0.75 : 0.5,
  };
};
