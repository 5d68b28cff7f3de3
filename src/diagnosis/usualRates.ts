/**
 * Learning rates in use, by kind of optimizer. `usual` is the range that papers, framework defaults and tutorials
 * train in; beyond `largest` practically nobody trains with a loss averaged over its batch. Sources: Bengio 2012
 * (arXiv:1206.5533: 1e-6 to 1 for standardised inputs, 0.01 as a first guess), Smith 2015 and 2017 (arXiv:1506.01186,
 * arXiv:1708.07120: up to 3 for SGD), Kingma & Ba 2014 (arXiv:1412.6980: updates of about the learning rate for each
 * weight, so 0.1 is the size of the weights themselves), and the defaults of torch.optim and tf.train.
 */
import type { OptimizerSeen } from '../protocol/telemetry.js';
import { fromWire } from '../protocol/values.js';

export interface UsualRates {
  usual: readonly [number, number];
  largest: number;
}

const KINDS: readonly [RegExp, UsualRates][] = [
  [/adadelta/, { usual: [1e-2, 1], largest: 100 }],
  [/adagrad/, { usual: [1e-3, 0.1], largest: 1 }],
  [/adafactor/, { usual: [1e-5, 1e-2], largest: 0.1 }],
  [/lars|signum|prodigy|dadapt|lbfgs|rprop/, { usual: [1e-3, 10], largest: Infinity }],
  [/lion|sophia/, { usual: [1e-6, 1e-3], largest: 0.03 }],
  [/adam|lamb|rmsprop|novograd|ranger/, { usual: [1e-5, 1e-2], largest: 0.1 }],
  [/sgd|momentum|nag|asgd/, { usual: [1e-4, 1], largest: 3 }],
];

/** Undefined for an optimizer that is not known. */
export function usualRatesOf({ name }: Pick<OptimizerSeen, 'name'>): UsualRates | undefined {
  const lower = name.toLowerCase();
  return KINDS.find(([pattern]) => pattern.test(lower))?.[1];
}

/** The largest learning rate of an optimizer's parameter groups as it was built; undefined where it tells none. */
export function builtRateOf({ groups }: OptimizerSeen): number | undefined {
  const rates = groups
    .map(({ options }) => options['lr'] ?? options['learningRate'])
    .flatMap((rate) =>
      typeof rate === 'number' || typeof rate === 'string' ? [fromWire(rate as number)] : [],
    )
    .filter(Number.isFinite);
  return rates.length === 0 ? undefined : Math.max(...rates);
}
