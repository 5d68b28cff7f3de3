import { callSite } from '../callSite.js';
import type { ClassOf, Exports, NamedGradients, OptimizerLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { currentEngine } from './engine.js';
import { hookLosses } from './lossCalls.js';
import { wrap } from './wrap.js';

const OPTIMIZERS = [
  'AdadeltaOptimizer',
  'AdagradOptimizer',
  'AdamOptimizer',
  'AdamaxOptimizer',
  'MomentumOptimizer',
  'RMSPropOptimizer',
  'SGDOptimizer',
];

/** Hooks `@tensorflow/tfjs-core`, once it is loaded. */
export function hookCore(training: Training, core: Exports): void {
  for (const name of OPTIMIZERS)
    hookOptimizer(training, (core[name] as ClassOf<object> | undefined)?.prototype);
  training.optimizersHooked = true;
  hookMinimize(training, core['Optimizer'] as ClassOf<object>);
  hookConstruction(training, core['train']);
  hookLosses(training, core['losses']);
}

type Apply = (this: OptimizerLike, gradients: NamedGradients) => void;

let applying = false;

function hookOptimizer(training: Training, prototype: object | undefined): void {
  if (!prototype || !Object.hasOwn(prototype, 'applyGradients')) return;
  wrap<Apply>(prototype, 'applyGradients', (original) => {
    return function (this: OptimizerLike, gradients): void {
      const engine = currentEngine();
      if (applying || training.held || !engine) {
        original.call(this, gradients);
        return;
      }
      applying = true;
      try {
        const open = training.session.guard.run('steps', () => training.stepBegins(engine, this, gradients));
        training.resume.optimizer(engine, this, gradients);
        const apply = (given: NamedGradients): void => original.call(this, given);
        const update = open ? training.gates.step(engine, open, { optimizer: this, gradients, apply }) : undefined;
        if (update === undefined) apply(gradients);
        else update?.();
        if (open) training.session.guard.run('steps', () => training.stepEnds(engine, open));
        training.control.obey();
      } finally {
        applying = false;
      }
    };
  });
}

/** Optimizers of the user's own class are met here for the first time. */
function hookMinimize(training: Training, { prototype }: ClassOf<object>): void {
  for (const name of ['minimize', 'computeGradients']) {
    wrap<(this: OptimizerLike, ...args: never[]) => unknown>(prototype, name, (original) => {
      return function (this: OptimizerLike, ...args): unknown {
        hookOptimizer(training, ownerOf(this, 'applyGradients'));
        return name === 'minimize'
          ? training.minimizing(() => original.apply(this, args))
          : original.apply(this, args);
      };
    });
  }
}

function ownerOf(object: object, method: string): object | undefined {
  let owner: object | null = Object.getPrototypeOf(object) as object | null;
  while (owner && !Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}

/** `tf.train.adam(…)` and its siblings; `compile({optimizer: 'adam'})` comes through them too. */
function hookConstruction(training: Training, train: unknown): void {
  if (!train) return;
  for (const name of Object.getOwnPropertyNames(train)) {
    if (!/^(sgd|momentum|rmsprop|adam|adadelta|adamax|adagrad)$/.test(name)) continue;
    wrap<(...args: never[]) => OptimizerLike>(train, name, (original) => {
      return function (this: unknown, ...args): OptimizerLike {
        const optimizer = original.apply(this, args);
        training.measure('optimizer', () => training.optimizers.record(optimizer, callSite()));
        return optimizer;
      };
    });
  }
}
