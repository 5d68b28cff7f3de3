import type { Rule } from '../rule.js';

export const GENERALISATION_RULES: readonly Rule<unknown>[] = [];
