import type { SourceLine } from '../../protocol/values.js';
import { callSite } from './callSite.js';
import { currentFit } from './fitContext.js';
import { factsOf, isKnown, isSame, ranked, type LossFacts } from './losses.js';
import { outputFacts } from './forward/outputFacts.js';
import { dataIn, variablesIn } from './forward/leaves.js';
import { ownLosses } from './forward/ownLoss.js';
import type { KernelLog } from './forward/kernelLog.js';
import { OriginSearch } from './forward/origin.js';
import { protocolName, type LossCall } from './measures/lossFunctions.js';
import { countRight } from './measures/labels.js';
import { rowsOf } from './measures/statistics.js';
import { isReadable, isSuspicious, scalarOf } from './measures/values.js';
import { isTensor, isVariable, type EngineLike, type TensorLike, type VariableLike } from './tensorflow.js';
import type { Training } from './training.js';

/** Evaluations whose loss is looked at closely and whose place in the script is asked for. */
const CLOSELY = 50;

/** One value of the loss with its gradient; several of them may make a step. */
export interface Evaluation {
  value: number;
  /** Whether the value is that of a loss function alone. */
  pure: boolean;
  samples: number | undefined;
  accuracy: number | undefined;
  /** Stands for the content of its batch. */
  fingerprint: number | undefined;
  /** Share of the data that the batch was newly cut out of. */
  sliceShare: number | undefined;
  /** Loss functions that the value is computed from, the one that it is known by first. */
  losses: LossFacts[];
  /** Names of the variables that the gradient is asked for. */
  held: string[];
  /** Variables that the loss was computed with. */
  used: VariableLike[];
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
  fingerprint: number | undefined;
  sliceShare: number | undefined;
  /** Whether the batch was looked at. */
  batchSeen: boolean;
  held: string[];
  used: VariableLike[];
}

interface Latest {
  inputs: TensorLike[];
  target?: TensorLike;
  output?: TensorLike;
}

/** Losses and their gradients. */
export class Evaluations {
  private open: Open | undefined;
  /** Tensors of the last batch; they may be gone. */
  latest: Latest = { inputs: [] };
  private waiting: Evaluation[] = [];
  private count = 0;
  private coming: TensorLike[] = [];
  /** Memory of the targets of the last batch. */
  private targets: object[] = [];

  constructor(private readonly training: Training) {}

  /** Losses since the last step. */
  get sinceStep(): Evaluation[] {
    return this.waiting;
  }

  /** Takes the losses since the last step. */
  take(): Evaluation[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  /** @param xs what the gradient is asked for */
  begins(engine: EngineLike, xs: TensorLike[]): void {
    const { training } = this;
    const inputs = this.coming;
    this.open = {
      losses: [],
      samples: undefined,
      accuracy: undefined,
      inputs,
      fingerprint: undefined,
      sliceShare: undefined,
      batchSeen: false,
      held: xs.filter(isVariable).map(({ name }) => name),
      used: [],
    };
    this.coming = [];
    this.targets = [];
    const [first] = xs;
    training.forward.begin(engine, `${xs.length} ${first && isVariable(first) ? first.name : ''}`);
    training.activations.begin(engine);
  }

  /** Takes note of the batch that `fit` is about to train on. */
  batchComes(inputs: TensorLike[]): void {
    this.coming = inputs;
  }

  /** Takes note of what a model is called on. */
  modelCalled(engine: EngineLike, inputs: TensorLike[], mode: boolean | undefined): void {
    if (!this.open) this.training.validations.modelCalled(inputs, mode);
    else if (this.open.inputs.length === 0) this.open.inputs = inputs;
    if (this.open) this.mark(engine, this.open);
  }

  /** Takes note of the content of a batch while it is there. */
  private mark(engine: EngineLike, open: Open): void {
    if (open.fingerprint !== undefined) return;
    open.fingerprint = this.training.batches.mark(engine, open.inputs);
    if (open.inputs[0]) open.sliceShare = this.training.slices.share(open.inputs[0]);
    this.training.validations.examples.trains(engine, open.inputs);
  }

  /** The loss is computed, and all that it was computed from is still there. */
  computed(engine: EngineLike, result: TensorLike): void {
    const { open, training } = this;
    const { log } = training.forward;
    // What is no tensor ends in an error of the framework.
    if (open && log && isTensor(result)) {
      training.measure('loss', () => {
        if (this.count < CLOSELY) this.lookThrough(engine, open, log, result);
        this.lookAtBatch(engine, open, undefined);
        if (this.count < CLOSELY) open.used = variablesIn(log);
      });
      training.measure('origin', () => {
        if (training.origins.wanted && !Number.isFinite(scalarOf(engine, result)))
          training.origins.found(new OriginSearch(engine, log).find([result]));
      });
    }
    training.measure('going back', () => training.gates.lossComputed(engine));
    training.forward.turn();
  }

  /** Finds the loss functions that the result is computed from. */
  private lookThrough(engine: EngineLike, open: Open, log: KernelLog, result: TensorLike): void {
    const ancestors = log.ancestorsOf(result);
    open.losses = open.losses.filter((loss) => ancestors.has(loss.result));
    const known = open.losses.filter(isKnown).map((loss) => loss.result);
    for (const call of ownLosses(log, result, new Set(known))) {
      // A weight that is held to where it was is a further term.
      const isPenalty = open.losses.length > 0 && isVariable(call.output);
      if (!isPenalty && isReadable(engine, call.target) && isReadable(engine, call.output))
        this.inTraining(engine, open, call);
    }
  }

  ends(
    engine: EngineLike,
    { value, grads }: { value: TensorLike; grads: (TensorLike | null | undefined)[] },
    times: { start: number; forwardEnd: number; end: number },
  ): void {
    const { open, training } = this;
    this.open = undefined;
    if (open) {
      const evaluation = training.measure('loss', () => this.evaluation(engine, open, value, times));
      // The framework refuses a loss of several numbers once it has its gradient.
      if (evaluation && value.size === 1) this.waiting.push(evaluation);
      training.measure('origin', () => this.lookAtGradients(engine, grads));
    }
    training.guarded('end of operations', () => training.forward.end());
  }

  /** The function or its gradient threw: nothing came of it. */
  fails(): void {
    this.open = undefined;
    this.training.guarded('end of operations', () => this.training.forward.end());
  }

  lossCalled(engine: EngineLike, call: LossCall): void {
    this.training.measure('loss function', () => {
      if (this.open) this.inTraining(engine, this.open, call);
      // A loss of the training batch itself is only printed.
      else if (this.count > 0 && !this.targets.includes(call.target.dataId))
        this.training.validations.lossCalled(engine, call);
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
    const losses = ranked(open.losses, value);
    const [loss] = losses;
    const source = closely ? (currentFit()?.source ?? callSite()) : undefined;
    return {
      value,
      pure: loss === undefined || isSame(loss.value, value),
      samples: open.samples,
      accuracy: open.accuracy,
      fingerprint: open.fingerprint,
      sliceShare: open.sliceShare,
      held: open.held,
      used: open.used,
      losses,
      source,
      start,
      forward: forwardEnd - start,
      backward: end - forwardEnd,
    };
  }

  private inTraining(engine: EngineLike, open: Open, call: LossCall): void {
    const { training } = this;
    const { target, output } = call;
    this.targets.push(target.dataId);
    if (open.samples === undefined) this.latest = { inputs: open.inputs, target, output };
    open.samples ??= target.shape[0] ?? 1;
    if (training.samplers.due('whole')) open.accuracy ??= accuracyOf(engine, call);
    this.lookAtBatch(engine, open, call);
    if (this.count >= CLOSELY) return;
    const seen = factsOf(engine, call, currentFit()?.source ?? callSite());
    Object.assign(seen.facts, outputFacts(training, call.output));
    open.losses.push(seen);
  }

  private lookAtBatch(engine: EngineLike, open: Open, call: LossCall | undefined): void {
    if (open.batchSeen) return;
    open.batchSeen = true;
    if (open.inputs.length === 0) open.inputs = dataIn(this.training.forward.log, call);
    this.latest = { ...this.latest, inputs: open.inputs };
    const inputs = open.inputs.filter((input) => isReadable(engine, input));
    if (inputs.length > 0) this.mark(engine, open);
    this.training.batches.seen(engine, inputs, call);
  }

  private lookAtGradients(engine: EngineLike, gradients: (TensorLike | null | undefined)[]): void {
    const { origins, forward } = this.training;
    if (!origins.wanted || !forward.log) return;
    const broken = gradients.filter((tensor) => tensor && isSuspicious(engine, tensor)) as TensorLike[];
    if (broken.length > 0) origins.found(new OriginSearch(engine, forward.log).find(broken));
  }
}

function accuracyOf(engine: EngineLike, call: LossCall): number | undefined {
  const name = protocolName(call.name);
  const right = countRight(engine, call, name);
  return right && right / (name === 'cross_entropy' ? rowsOf(call.output) : call.target.size);
}
