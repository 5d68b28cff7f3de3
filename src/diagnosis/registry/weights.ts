import type { Rule } from '../rule.js';
import { deadRelu } from '../rules/dead-relu.js';

export const WEIGHTS_RULES: readonly Rule<unknown>[] = [deadRelu];
