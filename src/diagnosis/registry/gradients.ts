import type { Rule } from '../rule.js';
import { clippingBeforeUnscale } from '../rules/clipping-before-unscale.js';
import { clippingEveryStep } from '../rules/clipping-every-step.js';
import { clippingOutOfOrder } from '../rules/clipping-out-of-order.js';
import { explodingGradient } from '../rules/exploding-gradient.js';
import { gradientsNotCleared } from '../rules/gradients-not-cleared.js';
import { noGradient } from '../rules/no-gradient.js';
import { nonFiniteGradient } from '../rules/non-finite-gradient.js';
import { vanishingGradient } from '../rules/vanishing-gradient.js';

export const GRADIENTS_RULES: readonly Rule<unknown>[] = [
  explodingGradient,
  vanishingGradient,
  nonFiniteGradient,
  noGradient,
  gradientsNotCleared,
  clippingEveryStep,
  clippingBeforeUnscale,
  clippingOutOfOrder,
];
