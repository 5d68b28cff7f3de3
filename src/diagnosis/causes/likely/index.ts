/**
 * The likely causes of a symptom that no finding explains. Each suspect is scored from what is known of the run; the
 * scores are an order of plausibility, not probabilities.
 */
import type { Finding, LikelyCause } from '../../../protocol/runApi.js';
import type { RunFacts } from '../../rule.js';
import { halfPrecision, undefinedOperation, weightDecayTooLarge } from './arithmetic.js';
import { inputsNotNormalised, nonFiniteData, targetsNotNormalised } from './data.js';
import { learningRateTooHigh, learningRateTooLow } from './learningRate.js';
import { missingClipping, poorInitialisation } from './model.js';
import { lossPair, gradientsNotCleared } from './program.js';
import type { Suspect, Suspicion } from './suspicion.js';

const SUSPECTS: readonly Suspect[] = [
  ...[nonFiniteData, undefinedOperation, gradientsNotCleared, lossPair],
  ...[inputsNotNormalised, targetsNotNormalised, poorInitialisation],
  ...[learningRateTooHigh, learningRateTooLow, missingClipping, halfPrecision, weightDecayTooLarge],
];

/** More would be a list of everything. */
const MOST = 4;
/** A cause is taken to be the one when it has this much for it, and this much more than the next. */
const CERTAIN = 0.8;
const MARGIN = 0.15;

export interface LikelyCauses {
  /** The likeliest first. */
  causes: LikelyCause[];
  /** The first of them, where it stands out. */
  dominant: LikelyCause | null;
}

function withoutScore({ score: _score, ...cause }: Suspicion): LikelyCause {
  return cause;
}

export function likelyCausesOf(symptom: Finding, facts: RunFacts): LikelyCauses {
  const suspicions = SUSPECTS.flatMap((suspect) => suspect(symptom, facts) ?? [])
    .filter(({ id }) => id !== symptom.rule)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST);
  const causes = suspicions.map(withoutScore);
  const [first, second] = suspicions;
  const stands = first && first.score >= CERTAIN && first.score >= (second?.score ?? 0) + MARGIN;
  return { causes, dominant: stands ? (causes[0] ?? null) : null };
}
