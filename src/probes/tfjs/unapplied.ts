import { text } from '../../protocol/values.js';
import { isVariable, type TensorLike, type VariableLike } from './tensorflow.js';
import type { Training } from './training.js';

/** Gradients that are computed so often are to train by. */
const LEAST = 10;

/** Gradients of a script in which no optimizer takes a step, and which does not update the variables itself. */
export class Unapplied {
  private computed = 0;
  /** Memory of the variables at first: an update gives them another one. */
  private readonly memory = new Map<VariableLike, object>();

  constructor(private readonly training: Training) {}

  /** @param xs what a gradient was computed of */
  gradients(xs: TensorLike[]): void {
    if (this.training.step > 0) return;
    if (this.computed++ === 0) for (const x of xs) if (isVariable(x)) this.memory.set(x, x.dataId);
  }

  /** An optimizer took a step. */
  applied(): void {
    this.memory.clear();
  }

  /** To be called at the end of a script that did not fail. */
  end(): void {
    const { memory, computed, training } = this;
    const untouched = [...memory].every(
      ([variable, dataId]) => variable.dataId === dataId && !variable.isDisposed,
    );
    if (training.step > 0 || computed < LEAST || memory.size === 0 || !untouched) return;
    training.session.begin();
    training.session.send({
      type: 'notice',
      level: 'warning',
      code: 'never-applied',
      message: text(
        'Gradients were computed {0} times and never applied, so that nothing was learned. Give them to the optimizer: optimizer.applyGradients(grads).',
        computed,
      ),
    });
  }
}
