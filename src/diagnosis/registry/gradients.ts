import type { Rule } from '../rule.js';
import { explodingGradient } from '../rules/exploding-gradient.js';

export const GRADIENTS_RULES: readonly Rule<unknown>[] = [explodingGradient];
