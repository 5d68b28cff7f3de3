import type { Rule } from '../rule.js';

export const DATA_RULES: readonly Rule<unknown>[] = [];
