import { text, type Text } from '../../../protocol/values.js';
import { randomState, setRandomState } from '../seed.js';
import type { Scalars } from '../stepScalars.js';
import type { EngineLike, NamedGradients, OptimizerLike, TensorLike, VariableLike } from '../tensorflow.js';
import type { Memory, Kept } from './memory.js';
import { disposeOrphans, restoreState, stateOf, type OptimizerState } from './optimizerState.js';
import type { Replay } from './replay.js';

/**
 * Steps that are kept at most: a person looks back over some ten of them, and thousands of a small model would only fill
 * memory.
 */
const MOST = 100;

/** The optimizer's own method, and what it is about to be called with. */
export interface Pending {
  optimizer: OptimizerLike;
  gradients: NamedGradients;
  apply: (gradients: NamedGradients) => void;
}

/** Everything as it is at the gate of a step. */
export interface Snapshot {
  step: number;
  epoch: number | undefined;
  batch: number | undefined;
  scalars: Scalars;
  optimizer: OptimizerLike;
  apply: Pending['apply'];
  /** Whether gradients are given as a list. */
  listed: boolean;
  gradients: Map<string, Kept | null>;
  variables: Map<VariableLike, Kept>;
  optimizers: Map<OptimizerLike, OptimizerState>;
  /** As the optimizers were when the script itself was here. */
  recorded: Map<OptimizerLike, OptimizerState>;
  random: number | undefined;
  replay: Replay | undefined;
  /** Steps of one lineage follow from each other; a change by a person begins another one. */
  lineage: number;
}

export type SnapshotFacts = Pick<Snapshot, 'step' | 'epoch' | 'batch' | 'scalars'>;

export function namedGradients(gradients: NamedGradients): { name: string; tensor: TensorLike | null }[] {
  if (Array.isArray(gradients)) return gradients;
  return Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
}

/** Snapshots of the steps before, as many as the memory that is given to them holds. */
export class Snapshots {
  readonly list: Snapshot[] = [];
  /** Of the one that the training stands at. */
  position = -1;
  lineage = 0;
  private lineages = 0;
  /** Why there are not more. */
  limit: Text | undefined;

  constructor(
    private readonly engine: EngineLike,
    readonly memory: Memory,
  ) {}

  /** @param bytes that all of them may take */
  take(
    facts: SnapshotFacts,
    pending: Pending,
    optimizers: OptimizerLike[],
    replay: Replay | undefined,
    bytes: number,
  ): void {
    this.dropAfter(this.position);
    if (!this.memory.works) {
      this.limit = text('The backend “{0}” keeps no earlier state of a tensor.', this.engine.backendName);
      return;
    }
    this.list.push(this.make(facts, pending, optimizers, replay));
    this.position = this.list.length - 1;
    this.limit = undefined;
    this.dropOldest();
    this.shrink(bytes);
  }

  newLineage(): void {
    this.lineage = ++this.lineages;
  }

  private make(
    facts: SnapshotFacts,
    { optimizer, gradients, apply }: Pending,
    optimizers: OptimizerLike[],
    replay: Replay | undefined,
  ): Snapshot {
    const { memory } = this;
    const variables = Object.values(this.engine.registeredVariables);
    const states = new Map(optimizers.map((each) => [each, stateOf(each)]));
    return {
      ...facts,
      optimizer,
      apply,
      listed: Array.isArray(gradients),
      gradients: new Map(
        namedGradients(gradients).map(({ name, tensor }) => [name, tensor && memory.hold(tensor)]),
      ),
      variables: new Map(variables.map((variable) => [variable, memory.hold(variable)])),
      optimizers: states,
      recorded: states,
      random: randomState(),
      replay,
      lineage: this.lineage,
    };
  }

  private dropOldest(): void {
    if (this.list.length <= MOST) return;
    this.dropFirst();
    this.limit = text('The last {0} steps are kept for going back.', MOST);
  }

  private shrink(bytes: number): void {
    const needed = this.memory.bytes;
    while (this.list.length > 1 && this.memory.bytes > bytes) this.dropFirst();
    if (this.memory.bytes <= bytes) {
      if (needed > bytes) this.limit = text('Older steps did not fit in the memory for going back.');
      return;
    }
    this.limit = text(
      'Going back needs {0} MB for a step, and {1} MB are allowed: raise the memory for going back.',
      Math.ceil(this.memory.bytes / 1e6),
      Math.floor(bytes / 1e6),
    );
    this.clear();
  }

  /** Gradients of a snapshot as they are applied; to be disposed by the caller. */
  gradientsOf({ gradients, listed }: Snapshot): NamedGradients {
    const named = [...gradients].map(([name, kept]) => ({ name, tensor: kept && this.memory.tensor(kept) }));
    return listed ? named : Object.fromEntries(named.map(({ name, tensor }) => [name, tensor]));
  }

  /** Puts everything back to where it was. */
  restore(snapshot: Snapshot): void {
    for (const [optimizer, state] of snapshot.optimizers) restoreState(this.engine, optimizer, state);
    for (const [variable, kept] of snapshot.variables) this.memory.assign(variable, kept);
    setRandomState(snapshot.random);
  }

  /** Replaces what is known of a step that was computed again. */
  replace(index: number, snapshot: Snapshot): void {
    const old = this.list[index];
    this.list[index] = snapshot;
    if (old) this.free({ ...old, replay: undefined });
  }

  again(snapshot: Snapshot, gradients: Map<string, TensorLike>, scalars: Scalars): Snapshot {
    const all = new Map([...snapshot.gradients.keys()].map((name) => [name, gradients.get(name) ?? null]));
    const named = [...all].map(([name, tensor]) => ({ name, tensor }));
    const { optimizer, apply, listed } = snapshot;
    const given = listed ? named : Object.fromEntries(all);
    const optimizers = [...snapshot.optimizers.keys()];
    const pending = { optimizer, apply, gradients: given };
    const made = this.make({ ...snapshot, scalars }, pending, optimizers, snapshot.replay);
    return { ...made, recorded: snapshot.recorded };
  }

  dropAfter(position: number): void {
    while (this.list.length > position + 1) {
      const dropped = this.list.pop();
      if (dropped) this.free(dropped);
    }
  }

  clear(): void {
    this.position = -1;
    this.dropAfter(-1);
  }

  private dropFirst(): void {
    const first = this.list.shift();
    this.position--;
    if (first) this.free(first);
  }

  private free({ gradients, variables, replay, optimizers }: Snapshot): void {
    for (const [optimizer, { lists }] of optimizers) disposeOrphans(optimizer, lists);
    for (const kept of gradients.values()) if (kept) this.memory.free(kept);
    for (const kept of variables.values()) this.memory.free(kept);
    replay?.data.forEach(({ kept }) => this.memory.free(kept));
  }
}
