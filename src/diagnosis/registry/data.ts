import type { Rule } from '../rule.js';
import { inputsNotNormalised } from '../rules/inputs-not-normalised.js';
import { nonFiniteData } from '../rules/non-finite-data.js';

export const DATA_RULES: readonly Rule<unknown>[] = [nonFiniteData, inputsNotNormalised];
