import type { EngineLike, GradientsResult, NamedGradients, TensorLike, VariableLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { hookKernels } from './kernels.js';
import { wrap } from './wrap.js';

const PROPERTY = '_tfengine';

/** All copies of TensorFlow.js in a process share one engine, found here, whatever bundler they came through. */
export function hookEngine(training: Training): void {
  let engine: EngineLike | undefined;
  Object.defineProperty(globalThis, PROPERTY, {
    configurable: true,
    enumerable: false,
    get: () => engine,
    set(value: EngineLike) {
      engine = value;
      training.session.guard.run('engine', () => {
        hookKernels(training, value);
        hookGradients(training, value);
      });
    },
  });
}

export function currentEngine(): EngineLike | undefined {
  return (globalThis as { [PROPERTY]?: EngineLike })[PROPERTY];
}

type Gradients = EngineLike['gradients'];

/** The one place all gradients come from: `minimize`, `variableGrads`, `grads`, `fit`. */
function hookGradients(training: Training, engine: EngineLike): void {
  let depth = 0;
  wrap<Gradients>(engine, 'gradients', (original) => {
    return function (this: EngineLike, f, xs, ...rest): GradientsResult {
      if (depth > 0 || training.held || !ofVariables(this, xs)) return original.call(this, f, xs, ...rest);
      const evaluations = training.evaluations;
      training.gradientsWanted(this, xs);
      training.gates.replays.begin(f, xs);
      const start = training.clock();
      let forwardEnd = start;
      const timed = (): TensorLike => {
        const result = f();
        forwardEnd = training.clock();
        evaluations.computed(this, result);
        return result;
      };
      depth++;
      try {
        const result = original.call(this, timed, xs, ...rest);
        evaluations.ends(this, result, { start, forwardEnd, end: training.clock() });
        training.gates.replays.differentiated(xs, result);
        training.guarded('gradients', () => training.unapplied.gradients(xs));
        training.gradientsKnown(this, namedGradients(xs, result.grads));
        return result;
      } catch (error) {
        evaluations.fails();
        throw error;
      } finally {
        depth--;
      }
    };
  });
}

function namedGradients(xs: TensorLike[], gradients: GradientsResult['grads']): NamedGradients {
  return xs.map((x, index) => ({ name: (x as VariableLike).name, tensor: gradients[index] ?? null }));
}

/** Gradients of anything else, as of an input, are not training. */
function ofVariables(engine: EngineLike, xs: TensorLike[]): boolean {
  const first = xs[0] as (TensorLike & { name?: unknown }) | undefined;
  return typeof first?.name === 'string' && engine.registeredVariables[first.name] === first;
}
