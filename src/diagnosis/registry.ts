/** Every rule there is, in the order in which documentation and settings list them. */
import type { Rule } from './rule.js';
import { DATA_RULES } from './registry/data.js';
import { GENERALISATION_RULES } from './registry/generalisation.js';
import { GRADIENTS_RULES } from './registry/gradients.js';
import { LOSS_RULES } from './registry/loss.js';
import { OPTIMISATION_RULES } from './registry/optimisation.js';
import { RESOURCES_RULES } from './registry/resources.js';
import { WEIGHTS_RULES } from './registry/weights.js';

export const RULES: readonly Rule<unknown>[] = [
  ...LOSS_RULES,
  ...GRADIENTS_RULES,
  ...WEIGHTS_RULES,
  ...OPTIMISATION_RULES,
  ...GENERALISATION_RULES,
  ...DATA_RULES,
  ...RESOURCES_RULES,
];
