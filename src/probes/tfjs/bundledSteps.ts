import { text } from '../../protocol/values.js';
import type { EngineLike, NamedGradients, OptimizerLike } from './tensorflow.js';
import type { OpenStep } from './stepScalars.js';
import type { Training } from './training.js';

/** Stands for the optimizer that cannot be found. */
const HIDDEN: OptimizerLike = {
  applyGradients: () => undefined,
  minimize: () => null,
  getClassName: () => 'unknown',
};

/**
 * Steps of a script that a bundler made one file of: its optimizers cannot be found, but the engine that computes
 * gradients can. Each gradient begins a step, which lasts until the next one is asked for.
 */
export class BundledSteps {
  private open: { engine: EngineLike; step: OpenStep } | undefined;

  constructor(private readonly training: Training) {}

  beginStep(engine: EngineLike, gradients: NamedGradients): void {
    const { session } = this.training;
    const step = session.guard.run('steps', () => this.training.stepBegins(engine, HIDDEN, gradients));
    if (!step) return;
    if (this.training.step === 0) this.explain();
    step.hidden = true;
    this.open = { engine, step };
    this.training.gates.step(engine, step, { optimizer: HIDDEN, gradients, apply: () => undefined });
  }

  endStep(): void {
    if (!this.open) return;
    this.finish();
    this.training.control.obey();
  }

  /** Ends the last step. */
  finish(): void {
    const { open, training } = this;
    this.open = undefined;
    if (open) training.session.guard.run('steps', () => training.stepEnds(open.engine, open.step));
  }

  private explain(): void {
    this.training.session.send({
      type: 'notice',
      level: 'info',
      code: 'bundled',
      message: text(
        'TensorFlow.js is inside the script’s own file, so its optimizer cannot be found: the learning rate is not shown. Leave @tensorflow/tfjs out of the bundle (external) to see it.',
      ),
    });
  }
}
