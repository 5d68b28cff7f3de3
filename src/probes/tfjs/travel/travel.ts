import { text } from '../../../protocol/values.js';
import { norms, total } from '../measures/norms.js';
import type { EngineLike, TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { setOption } from './optimizerState.js';
import { replay, type Replayed } from './replay.js';
import { namedGradients, type Snapshot, type Snapshots } from './snapshots.js';

/** Goes through the recorded steps while the training is held at a gate. */
export class Travel {
  constructor(
    private readonly training: Training,
    private readonly engine: EngineLike,
    private readonly snapshots: Snapshots,
  ) {}

  /** The recorded step that the training stands at; undefined where none is recorded. */
  get here(): Snapshot | undefined {
    return this.snapshots.list[this.snapshots.position];
  }

  get back(): number {
    return Math.max(0, this.snapshots.position);
  }

  get ahead(): number {
    return this.here ? this.snapshots.list.length - 1 - this.snapshots.position : 0;
  }

  goBack(): void {
    if (this.back === 0) return;
    this.snapshots.position--;
    if (!this.here) return;
    this.snapshots.restore(this.here);
    this.snapshots.lineage = this.here.lineage;
  }

  /**
   * To the next recorded step. Where nothing was changed it is as it was recorded; else the update is applied and the
   * step is computed again.
   */
  goForward(): void {
    const { here, snapshots } = this;
    const next = snapshots.list[snapshots.position + 1];
    if (!here || !next) return;
    const edited = this.isEdited(here);
    if (edited) snapshots.newLineage();
    if (!edited && next.lineage === here.lineage) snapshots.restore(next);
    else {
      this.apply(here);
      this.carryOn(here, next);
      this.compute(next);
    }
    snapshots.position++;
  }

  /** The training goes on from here: what was recorded of later steps is of no use. */
  goOn(here: Snapshot): void {
    if (this.isEdited(here)) this.snapshots.newLineage();
    this.snapshots.dropAfter(this.snapshots.position);
  }

  /** Applies the update of the recorded step that the training stands at. */
  apply(snapshot: Snapshot): void {
    const gradients = this.snapshots.gradientsOf(snapshot);
    try {
      snapshot.apply.call(snapshot.optimizer, gradients);
    } finally {
      namedGradients(gradients).forEach(({ tensor }) => tensor?.dispose());
    }
  }

  private isEdited({ variables, optimizers }: Snapshot): boolean {
    const values = [...variables].some(([variable, kept]) => variable.dataId !== kept.dataId);
    return (
      values ||
      [...optimizers].some(([optimizer, { options }]) =>
        [...options].some(([name, value]) => !Object.is(Reflect.get(optimizer, name), value)),
      )
    );
  }

  /** What the script itself did between the two steps, as a schedule does, is done again unless a person changed it. */
  private carryOn(here: Snapshot, next: Snapshot): void {
    for (const [optimizer, { options }] of next.optimizers) {
      for (const [name, value] of options) {
        const before = here.optimizers.get(optimizer)?.options.get(name);
        if (before !== undefined && Object.is(Reflect.get(optimizer, name), before))
          setOption(this.engine, optimizer, name, value);
      }
    }
  }

  private compute(next: Snapshot): void {
    const { snapshots, engine, training } = this;
    const again = next.replay && replay(training, engine, next.replay);
    if (!again) {
      this.sayRecorded(next.step);
      const kept = [...next.gradients].flatMap(([name, each]) =>
        each ? [[name, snapshots.memory.tensor(each)] as const] : [],
      );
      this.record(next, new Map(kept), next.scalars);
      return;
    }
    this.record(next, again.gradients, this.scalarsOf(next, again));
  }

  private record(next: Snapshot, gradients: Map<string, TensorLike>, scalars: Snapshot['scalars']): void {
    const { snapshots } = this;
    snapshots.replace(snapshots.position + 1, snapshots.again(next, gradients, scalars));
    gradients.forEach((gradient) => gradient.dispose());
  }

  private scalarsOf({ scalars, optimizer }: Snapshot, { loss, gradients }: Replayed): Snapshot['scalars'] {
    const { id } = this.training.optimizers.record(optimizer);
    const suffix = id === 0 ? '' : `/${id}`;
    const all = {
      ...scalars,
      [`loss${suffix}`]: loss,
      [`gradNorm${suffix}`]: total(norms(this.engine, [...gradients.values()])),
      [id === 0 ? 'lr/0' : `lr/${id}.0`]: optimizer.learningRate,
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('accuracy')));
  }

  private sayRecorded(step: number): void {
    this.training.session.send({
      type: 'notice',
      level: 'warning',
      code: 'step-not-recomputed',
      message: text(
        'Step {0} could not be computed again from what was captured, so its recorded gradients stand for it.',
        step,
      ),
    });
    this.snapshots.limit = text('The gradients of step {0} are the recorded ones.', step);
  }
}
