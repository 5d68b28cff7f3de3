import type { Finding, LikelyCause } from '../../../protocol/runApi.js';
import type { RunFacts } from '../../rule.js';

/** A cause that the facts of a run point to. */
export interface Suspicion extends LikelyCause {
  /** How much of what is known speaks for it, 0 to 1: 0.9 and more where it is all but proven, 0.5 a fair guess. */
  score: number;
}

/** Looks at a symptom that no finding explains; undefined where nothing points its way. */
export type Suspect = (symptom: Finding, facts: RunFacts) => Suspicion | undefined;

export const BLOWN_UP: ReadonlySet<string> = new Set([
  ...['non-finite-loss', 'non-finite-gradient', 'exploding-gradient', 'diverging-loss', 'loss-spike'],
  ...['oscillating-loss', 'weights-diverging', 'loss-scale-collapse'],
]);

export const STALLED: ReadonlySet<string> = new Set([
  ...['not-learning', 'constant-loss', 'vanishing-gradient', 'dead-relu', 'saturated-activation'],
]);

export const NOT_FINITE: ReadonlySet<string> = new Set(['non-finite-loss', 'non-finite-gradient']);

/** The very first loss or gradient: no update had a part in it. */
export function isBeforeUpdates({ rule, step }: Finding): boolean {
  return NOT_FINITE.has(rule) && step === 0;
}
