import type { Rule } from '../rule.js';

export const WEIGHTS_RULES: readonly Rule<unknown>[] = [];
