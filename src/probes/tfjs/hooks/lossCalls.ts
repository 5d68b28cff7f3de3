import type { LossCall } from '../measures/lossFunctions.js';
import { isTensor } from '../tensorflow.js';
import type { Training } from '../training.js';
import { currentEngine } from './engine.js';
import { wrap } from './wrap.js';

type Loss = (...args: unknown[]) => unknown;

/** Arguments after target and output, by position. */
const ARGUMENTS: Record<string, (keyof LossCall | null)[]> = {
  absoluteDifference: ['weights', 'reduction'],
  cosineDistance: [null, 'weights', 'reduction'],
  hingeLoss: ['weights', 'reduction'],
  huberLoss: ['weights', null, 'reduction'],
  logLoss: ['weights', null, 'reduction'],
  meanSquaredError: ['weights', 'reduction'],
  sigmoidCrossEntropy: ['weights', 'labelSmoothing', 'reduction'],
  softmaxCrossEntropy: ['weights', 'labelSmoothing', 'reduction'],
};

/** `tf.losses` */
export function hookLosses(training: Training, losses: unknown): void {
  if (typeof losses !== 'object' || losses === null) return;
  for (const [name, order] of Object.entries(ARGUMENTS)) {
    wrap<Loss>(losses, name, (original) => {
      return function (this: unknown, ...args): unknown {
        return observeLoss(training, name, args, () => original.apply(this, args), order);
      };
    });
  }
}

/** Calls so far. */
let observed = 0;

/**
 * Calls a loss function of the framework, and takes note of what it was called with. Of functions that call each other
 * the innermost is told.
 * @param order what the arguments after target and output mean
 */
export function observeLoss<T>(
  training: Training,
  name: string,
  args: unknown[],
  call: () => T,
  order: (keyof LossCall | null)[] = [],
): T {
  if (training.held) return call();
  const before = observed;
  let result: T;
  try {
    result = training.forward.inLoss(call);
  } catch (error) {
    training.guarded('failed losses', () => failed(training, name, args, error));
    throw error;
  }
  if (observed === before) sawLoss(training, name, args, result, order);
  return result;
}

function failed(training: Training, name: string, [target, output]: unknown[], error: unknown): void {
  const engine = currentEngine();
  if (!engine || !isTensor(target) || !isTensor(output)) return;
  training.lossFailed(engine, { name, target, output }, error);
}

function sawLoss(
  training: Training,
  name: string,
  args: unknown[],
  result: unknown,
  order: (keyof LossCall | null)[],
): void {
  const [target, output, ...rest] = args;
  const engine = currentEngine();
  if (!engine || !isTensor(target) || !isTensor(output) || !isTensor(result)) return;
  observed++;
  const further = order.flatMap((key, index) =>
    key && rest[index] !== undefined && rest[index] !== null ? [[key, rest[index]] as const] : [],
  );
  training.evaluations.lossCalled(engine, { name, target, output, result, ...Object.fromEntries(further) });
}
