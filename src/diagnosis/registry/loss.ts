import type { Rule } from '../rule.js';
import { initialLoss } from '../rules/initial-loss.js';
import { nonFiniteLoss } from '../rules/non-finite-loss.js';

export const LOSS_RULES: readonly Rule<unknown>[] = [initialLoss, nonFiniteLoss];
