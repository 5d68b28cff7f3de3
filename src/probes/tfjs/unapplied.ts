import { callSite } from './callSite.js';
import { optimizerSeen } from './optimizers.js';
import { isVariable, type TensorLike, type VariableLike } from './tensorflow.js';
import type { Training } from './training.js';
import type { SourceLine } from '../../protocol/values.js';

/** Gradients that are computed so often are to train by. */
const LEAST = 20;

/** Gradients of a script that builds an optimizer and never applies them, nor updates its variables itself. */
export class Unapplied {
  private computed = 0;
  private source: SourceLine | undefined;
  /** Memory of the variables at first: an update gives them another one. */
  private readonly memory = new Map<VariableLike, object>();

  constructor(private readonly training: Training) {}

  /** @param xs what a gradient was computed of */
  gradients(xs: TensorLike[]): void {
    const { step, session } = this.training;
    if (step > 0) return;
    this.computed++;
    // At the very end of a script it is too late to connect.
    if (this.computed === LEAST) session.begin();
    if (this.computed > 1) return;
    this.source = callSite();
    for (const x of xs) if (isVariable(x)) this.memory.set(x, x.dataId);
  }

  /** An optimizer took a step. */
  applied(): void {
    this.memory.clear();
  }

  /** To be called at the end of a script that did not fail: until then gradients may be gathered. */
  end(): void {
    const { memory, computed, source, training } = this;
    const optimizer = training.optimizers.idle;
    const untouched = [...memory].every(([{ dataId, isDisposed }, first]) => dataId === first && !isDisposed);
    if (training.step > 0 || computed < LEAST || memory.size === 0 || !untouched || !optimizer) return;
    training.session.send({
      ...optimizerSeen(optimizer, training.optimizers.stepping(optimizer), undefined),
      idle: computed,
      ...(source && { idleSource: source }),
    });
  }
}
