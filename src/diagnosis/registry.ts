/** Every rule there is, in the order in which documentation and settings list them. */
import type { Rule } from './rule.js';
import { explodingGradient } from './rules/exploding-gradient.js';
import { initialLoss } from './rules/initial-loss.js';
import { nonFiniteLoss } from './rules/non-finite-loss.js';

export const RULES: readonly Rule<unknown>[] = [initialLoss, nonFiniteLoss, explodingGradient];
