import type { Rule } from '../rule.js';
import { dataLeak } from '../rules/data-leak.js';
import { earlyStoppingDue } from '../rules/early-stopping-due.js';
import { noValidation } from '../rules/no-validation.js';
import { overfitting } from '../rules/overfitting.js';
import { underfitting } from '../rules/underfitting.js';
import { trainingInEvaluationMode } from '../rules/training-in-evaluation-mode.js';
import { validationInTrainingMode } from '../rules/validation-in-training-mode.js';
import { validationWithGradients } from '../rules/validation-with-gradients.js';

export const GENERALISATION_RULES: readonly Rule<unknown>[] = [
  overfitting,
  underfitting,
  trainingInEvaluationMode,
  validationInTrainingMode,
  validationWithGradients,
  noValidation,
  dataLeak,
  earlyStoppingDue,
];
