import type { KernelLog } from '../forward/kernelLog.js';
import { fingerprint } from '../measures/fingerprint.js';
import { scalarOf } from '../measures/values.js';
import { randomState, setRandomState } from '../seed.js';
import { isVariable, type EngineLike, type GradientsResult, type TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { revive, type Kept, type Memory } from './memory.js';

/** What it takes to compute a loss and its gradients again: the script's own function, and the data it read. */
export interface Replay {
  run: () => TensorLike;
  variables: TensorLike[];
  /** Of the random numbers before it was called. */
  random: number | undefined;
  data: { tensor: TensorLike; kept: Kept }[];
  /** Stands for the content of the data: a function that reads its next batch by itself cannot be called again. */
  content: number | undefined;
  /** Memory of the gradients by variable, to tell whether they were applied as they are. */
  gradients: Map<string, object>;
}

/** Tensors that the loss was computed from, and no operation made; what it made and disposed itself is not among them. */
function dataOf(log: KernelLog): TensorLike[] {
  const found = new Set<TensorLike>();
  for (const { inputs, backward } of log.runs) {
    if (backward) continue;
    for (const input of inputs) if (!input.isDisposed && !isVariable(input) && !log.makerOf(input)) found.add(input);
  }
  return [...found];
}

/** Takes note of how each loss is computed, while snapshots are kept. */
export class Replays {
  private begun: Pick<Replay, 'run' | 'variables' | 'random'> | undefined;
  private last: Replay | undefined;

  constructor(private readonly training: Training) {}

  begin(run: () => TensorLike, variables: TensorLike[]): void {
    this.begun = this.training.gates.remembers ? { run, variables, random: randomState() } : undefined;
  }

  /** The loss is computed, and its data are still there. */
  computed(engine: EngineLike, memory: Memory): void {
    const { begun, training } = this;
    this.begun = undefined;
    const { log } = training.forward;
    if (!begun || !log) return;
    this.drop(memory);
    const tensors = dataOf(log);
    const data = tensors.map((tensor) => ({ tensor, kept: memory.hold(tensor) }));
    this.last = { ...begun, data, content: fingerprint(engine, tensors), gradients: new Map() };
  }

  differentiated(xs: TensorLike[], { grads }: GradientsResult): void {
    if (!this.last) return;
    grads.forEach((gradient, index) => {
      const variable = xs[index];
      if (gradient && variable && isVariable(variable))
        this.last?.gradients.set(variable.name, gradient.dataId);
    });
  }

  /**
   * How the step is computed again whose gradients are these; undefined where they are of several losses, or were
   * changed before they were applied.
   */
  take(losses: number, gradients: { name: string; tensor: TensorLike }[]): Replay | undefined {
    const { last } = this;
    const same = gradients.every(({ name, tensor }) => last?.gradients.get(name) === tensor.dataId);
    if (losses !== 1 || !same) return undefined;
    this.last = undefined;
    return last;
  }

  drop(memory: Memory): void {
    this.last?.data.forEach(({ kept }) => memory.free(kept));
    this.last = undefined;
  }
}

export interface Replayed {
  loss: number;
  gradients: Map<string, TensorLike>;
}

/**
 * Computes a loss and its gradients again.
 * @returns undefined where that is not possible
 */
export function replay(training: Training, engine: EngineLike, recorded: Replay): Replayed | undefined {
  const gone = recorded.data.filter(({ tensor }) => tensor.isDisposed);
  const random = randomState();
  setRandomState(recorded.random);
  gone.forEach(({ tensor, kept }) => revive(engine, tensor, kept));
  try {
    return compute(training, engine, recorded);
  } catch {
    return undefined;
  } finally {
    if (recorded.random === undefined) setRandomState(random);
    gone.forEach(({ tensor }) => tensor.dispose());
    training.forward.end();
  }
}

function compute(training: Training, engine: EngineLike, recorded: Replay): Replayed | undefined {
  let content: number | undefined;
  training.forward.begin(engine, 'again');
  const run = (): TensorLike => {
    const loss = recorded.run();
    const { log } = training.forward;
    if (log) content = fingerprint(engine, dataOf(log));
    return loss;
  };
  const { value, grads } = engine.gradients(run, recorded.variables, null, true);
  const loss = scalarOf(engine, value);
  value.dispose();
  const gradients = new Map<string, TensorLike>();
  recorded.variables.forEach((variable, index) => {
    const gradient = grads[index];
    if (gradient && isVariable(variable)) gradients.set(variable.name, gradient);
  });
  if (Object.is(content, recorded.content)) return { loss, gradients };
  gradients.forEach((gradient) => gradient.dispose());
  return undefined;
}
