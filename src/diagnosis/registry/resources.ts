import type { Rule } from '../rule.js';

export const RESOURCES_RULES: readonly Rule<unknown>[] = [];
