import { callSite } from './callSite.js';
import { Examples } from './examples.js';
import { currentFit, isEvaluating } from './fitContext.js';
import { protocolName, reducedValue, type LossCall } from './measures/lossFunctions.js';
import { countCorrect, rowsOf } from './measures/statistics.js';
import type { EngineLike, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';
import { ValidationPass } from './validation.js';

/** Losses outside of any gradient, which are validation; and whether their data are the training's. */
export class Validations {
  readonly examples = new Examples();
  private pass: ValidationPass | undefined;
  private called: { inputs: TensorLike[]; training: boolean | undefined } | undefined;

  constructor(private readonly training: Training) {}

  /** @param training the mode that the model was called in, where its layers tell them apart */
  modelCalled(inputs: TensorLike[], training: boolean | undefined): void {
    this.called = { inputs, training };
  }

  /** Takes in a batch that `fit` validates on. */
  fitValidates(engine: EngineLike, inputs: TensorLike[]): void {
    if (currentFit()?.validates) this.examples.validates(engine, inputs);
  }

  lossCalled(engine: EngineLike, call: LossCall): void {
    if (currentFit() || isEvaluating()) return;
    this.pass ??= new ValidationPass(callSite());
    const rows = rowsOf(call.output);
    const classifies = protocolName(call.name) === 'cross_entropy';
    const correct = classifies ? countCorrect(engine, call.target, call.output) : undefined;
    this.pass.add(reducedValue(engine, call), call.target.shape[0] ?? 1, correct, rows);
    const { called } = this;
    this.called = undefined;
    if (!called) return;
    if (called.training !== undefined) this.pass.sawMode(called.training);
    if (called.inputs.every((input) => !input.isDisposed)) this.examples.validates(engine, called.inputs);
  }

  end(): void {
    const { pass, training } = this;
    if (!pass) return;
    this.pass = undefined;
    training.validated(pass.finish(training.step, training.session.now(), training.epoch));
    // A script that measures itself on what it trains on means to.
    this.tellOverlap(pass.source, false);
  }

  /** @param whole whether validation data that are all training data are to be told as well */
  tellOverlap(source: ValidationPass['source'], whole: boolean): void {
    const { training } = this;
    const found = this.examples.compare();
    if (!found || (!whole && found.shared === found.compared)) return;
    training.sendAfterSteps({ type: 'overlap', step: training.step, ...found, ...(source && { source }) });
  }
}
