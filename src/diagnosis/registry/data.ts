import type { Rule } from '../rule.js';
import { nonFiniteData } from '../rules/non-finite-data.js';

export const DATA_RULES: readonly Rule<unknown>[] = [nonFiniteData];
