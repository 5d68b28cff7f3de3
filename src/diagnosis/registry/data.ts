import type { Rule } from '../rule.js';
import { constantInput } from '../rules/constant-input.js';
import { inputsNotNormalised } from '../rules/inputs-not-normalised.js';
import { nonFiniteData } from '../rules/non-finite-data.js';
import { repeatedBatches } from '../rules/repeated-batches.js';
import { unshuffledData } from '../rules/unshuffled-data.js';

export const DATA_RULES: readonly Rule<unknown>[] = [
  inputsNotNormalised,
  nonFiniteData,
  repeatedBatches,
  unshuffledData,
  constantInput,
];
