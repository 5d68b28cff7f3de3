import type { SourceLine } from '../../protocol/values.js';
import { callSite } from './callSite.js';
import { currentFit } from './fitContext.js';
import { factsOf, isSame, type LossFacts } from './losses.js';
import { protocolName, reducedValue, type LossCall } from './measures/lossFunctions.js';
import { countCorrect, describe } from './measures/statistics.js';
import { scalarOf } from './measures/values.js';
import type { EngineLike, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';
import { ValidationPass } from './validation.js';

/** Evaluations whose loss is looked at closely and whose place in the script is asked for. */
const CLOSELY = 50;

/** One value of the loss with its gradient; several of them may make a step. */
export interface Evaluation {
  value: number;
  /** Whether the value is that of a loss function alone. */
  pure: boolean;
  samples: number | undefined;
  accuracy: number | undefined;
  loss: LossFacts | undefined;
  /** Where the gradient is asked for. */
  source: SourceLine | undefined;
  /** Training's own time, seconds. */
  start: number;
  forward: number;
  backward: number;
}

/** What is seen while the function runs that the gradient is taken of. */
interface Open {
  losses: LossFacts[];
  samples: number | undefined;
  accuracy: number | undefined;
  inputs: TensorLike[];
}

/** Losses and their gradients, and losses outside of any gradient, which are validation. */
export class Evaluations {
  private open: Open | undefined;
  private waiting: Evaluation[] = [];
  private count = 0;
  private coming: TensorLike[] = [];
  private pass: ValidationPass | undefined;
  private trainingTarget: object | undefined;

  constructor(private readonly training: Training) {}

  /** Evaluations since the last step. */
  take(): Evaluation[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  begins(): void {
    this.endPass();
    this.open = { losses: [], samples: undefined, accuracy: undefined, inputs: this.coming };
    this.coming = [];
  }

  /** Takes note of the batch that `fit` is about to train on. */
  batchComes(inputs: TensorLike[]): void {
    if (this.count === 0) this.coming = inputs;
  }

  ends(
    engine: EngineLike,
    value: TensorLike,
    times: { start: number; forwardEnd: number; end: number },
  ): void {
    const open = this.open;
    this.open = undefined;
    if (!open) return;
    const evaluation = this.training.measure('loss', () => this.evaluation(engine, open, value, times));
    if (evaluation) this.waiting.push(evaluation);
  }

  /** The function or its gradient threw: nothing came of it. */
  fails(): void {
    this.open = undefined;
  }

  lossCalled(engine: EngineLike, call: LossCall): void {
    this.training.measure('loss function', () => {
      if (this.open) this.inTraining(engine, this.open, call);
      else if (this.count > 0) this.inValidation(engine, call);
    });
  }

  private evaluation(
    engine: EngineLike,
    open: Open,
    result: TensorLike,
    { start, forwardEnd, end }: { start: number; forwardEnd: number; end: number },
  ): Evaluation {
    const closely = this.count++ < CLOSELY;
    const value = scalarOf(engine, result);
    const loss = open.losses.find((seen) => isSame(seen.value, value)) ?? open.losses.at(-1);
    const source = closely ? (currentFit()?.source ?? callSite()) : undefined;
    return {
      value,
      pure: loss === undefined || isSame(loss.value, value),
      samples: open.samples,
      accuracy: open.accuracy,
      loss,
      source,
      start,
      forward: forwardEnd - start,
      backward: end - forwardEnd,
    };
  }

  private inTraining(engine: EngineLike, open: Open, call: LossCall): void {
    this.trainingTarget = call.target.dataId;
    open.samples = call.target.shape[0] ?? 1;
    const classifies = protocolName(call.name) === 'cross_entropy';
    if (classifies && this.training.wholeDue) {
      open.accuracy = countCorrect(engine, call.target, call.output) / rowsOf(call.output);
    }
    if (this.count >= CLOSELY) return;
    open.losses.push(factsOf(engine, call, currentFit()?.source ?? callSite()));
    if (this.count === 0) this.sayBatch(engine, open, call);
  }

  private sayBatch(engine: EngineLike, open: Open, call: LossCall): void {
    const inputs = open.inputs.map((tensor, index) =>
      describe(engine, index === 0 ? 'input' : `input${index}`, tensor),
    );
    this.training.session.begin();
    this.training.session.send({
      type: 'batch',
      step: this.training.step,
      tensors: [...inputs, describe(engine, 'target', call.target)],
    });
  }

  /** Takes note of what a model is called on. */
  modelCalled(inputs: TensorLike[]): void {
    if (this.open && this.count === 0 && this.open.inputs.length === 0) this.open.inputs = inputs;
  }

  /** A loss of the training batch itself is only printed; one of other data, or in no gradient, is validation. */
  private inValidation(engine: EngineLike, call: LossCall): void {
    if (call.target.dataId === this.trainingTarget || currentFit()) return;
    this.pass ??= new ValidationPass(callSite());
    const rows = rowsOf(call.output);
    const classifies = protocolName(call.name) === 'cross_entropy';
    const correct = classifies ? countCorrect(engine, call.target, call.output) : undefined;
    this.pass.add(reducedValue(engine, call), call.target.shape[0] ?? 1, correct, rows);
  }

  endPass(): void {
    const { pass, training } = this;
    if (!pass) return;
    this.pass = undefined;
    const message = pass.finish(training.step, training.session.now(), training.epoch);
    training.validated(message);
  }
}

/** Rows of outputs, one of which is one classification. */
function rowsOf(output: TensorLike): number {
  return output.size / (output.shape.at(-1) ?? 1);
}
