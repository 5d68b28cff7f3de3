import type { Rule } from '../rule.js';
import { schedulerNeverSteps } from '../rules/scheduler-never-steps.js';
import { schedulerOutOfPlace } from '../rules/scheduler-out-of-place.js';

export const OPTIMISATION_RULES: readonly Rule<unknown>[] = [schedulerNeverSteps, schedulerOutOfPlace];
