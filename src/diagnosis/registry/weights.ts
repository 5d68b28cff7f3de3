import type { Rule } from '../rule.js';
import { deadRelu } from '../rules/dead-relu.js';
import { frozenParameters } from '../rules/frozen-parameters.js';
import { parametersNotOptimised } from '../rules/parameters-not-optimised.js';
import { poorInitialisation } from '../rules/poor-initialisation.js';
import { saturatedActivation } from '../rules/saturated-activation.js';
import { updateRatio } from '../rules/update-ratio.js';
import { weightsDiverging } from '../rules/weights-diverging.js';

export const WEIGHTS_RULES: readonly Rule<unknown>[] = [
  updateRatio,
  deadRelu,
  saturatedActivation,
  poorInitialisation,
  weightsDiverging,
  parametersNotOptimised,
  frozenParameters,
];
