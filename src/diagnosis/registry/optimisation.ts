import type { Rule } from '../rule.js';

export const OPTIMISATION_RULES: readonly Rule<unknown>[] = [];
