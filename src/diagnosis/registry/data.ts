import type { Rule } from '../rule.js';
import { batchNormBatchOfOne } from '../rules/batch-norm-batch-of-one.js';
import { constantInput } from '../rules/constant-input.js';
import { imbalancedLabels } from '../rules/imbalanced-labels.js';
import { inputsNotNormalised } from '../rules/inputs-not-normalised.js';
import { nonFiniteData } from '../rules/non-finite-data.js';
import { paddingWaste } from '../rules/padding-waste.js';
import { repeatedBatches } from '../rules/repeated-batches.js';
import { targetsNotNormalised } from '../rules/targets-not-normalised.js';
import { unshuffledData } from '../rules/unshuffled-data.js';
import { wrongDataLayout } from '../rules/wrong-data-layout.js';
import { wrongDataType } from '../rules/wrong-data-type.js';

export const DATA_RULES: readonly Rule<unknown>[] = [
  batchNormBatchOfOne,
  constantInput,
  inputsNotNormalised,
  nonFiniteData,
  repeatedBatches,
  unshuffledData,
  wrongDataLayout,
  wrongDataType,
  imbalancedLabels,
  targetsNotNormalised,
  paddingWaste,
];
