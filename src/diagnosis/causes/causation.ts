import type { Finding } from '../../protocol/runApi.js';
import type { Text } from '../../protocol/values.js';

/** A rule whose fault brings about what other rules find. */
export interface Causation {
  cause: string;
  symptoms: readonly string[];
  /** True where the cause is only a hint by itself, and explains a fault all the same. */
  hint?: boolean;
  /** Steps after the cause within which a symptom is put down to it; absent for a fault that acts at every step. */
  within?: number;
  /** Why the one follows from the other. */
  because: Text;
  /** False where these two have nothing to do with each other, or the symptom is a fault of its own. */
  applies?: (cause: Finding, symptom: Finding) => boolean;
}

/** What follows when the weights are thrown about. */
export const BLOW_UP = [
  ...['non-finite-loss', 'non-finite-gradient', 'exploding-gradient', 'diverging-loss', 'loss-spike'],
  ...['oscillating-loss', 'weights-diverging', 'update-ratio', 'loss-scale-collapse', 'clipping-every-step'],
] as const;

/** What follows when nothing useful reaches the weights. */
export const STALL = [
  ...['not-learning', 'constant-loss', 'vanishing-gradient', 'dead-relu', 'saturated-activation'],
  ...['underfitting', 'learning-rate-too-low', 'no-gradient'],
] as const;

/** A learning rate beyond anything in use is a fault whatever the data and the model are like. */
export function isNoRateBeyondUse(_cause: Finding, symptom: Finding): boolean {
  return symptom.rule !== 'learning-rate-too-high' || symptom.evidence['beyondUse'] !== 'yes';
}
