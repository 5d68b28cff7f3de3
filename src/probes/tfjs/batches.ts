import type { Batch } from '../../protocol/telemetry.js';
import { protocolName, type LossCall } from './measures/lossFunctions.js';
import { describe } from './measures/batch.js';
import { fingerprint } from './measures/fingerprint.js';
import { countRight, labelCounts } from './measures/labels.js';
import type { EngineLike, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';

/** Batches of each of the first two epochs whose labels are told. */
const TOLD = 64;
/** Then every so many, of the first steps of a training; later as the budget allows. */
const SPACED = 16;
const FIRST_STEPS = 1024;

/** A loop that makes its targets itself, as for the real and the false ones of a GAN, has no labels to tell. */
function isConstant({ target, output }: LossCall, counts: number[]): boolean {
  return target.size === output.size && counts.length === 2 && counts.includes(0);
}

/** What the training reads: the first batch closely, every batch by its fingerprint, labels. */
export class Batches {
  private described = false;
  private epoch: number | undefined;
  private inEpoch = 0;

  constructor(private readonly training: Training) {}

  /** @returns a number that stands for the content of a batch */
  mark(engine: EngineLike, tensors: TensorLike[]): number | undefined {
    return tensors.length === 0 ? undefined : fingerprint(engine, tensors);
  }

  /** @param step that the batch is for */
  seen(engine: EngineLike, inputs: TensorLike[], call: LossCall | undefined): void {
    const { training } = this;
    this.count();
    if (!this.described && inputs.length > 0) {
      this.described = true;
      training.session.begin();
      training.session.send(this.describe(engine, inputs, call));
    }
    if (call) this.tellLabels(engine, call);
  }

  /** Of the batch within the epoch, where there are epochs. */
  get index(): number | undefined {
    return this.epoch === undefined ? undefined : this.inEpoch;
  }

  private count(): void {
    const { epoch } = this.training;
    if (epoch !== this.epoch) this.inEpoch = 0;
    else this.inEpoch++;
    this.epoch = epoch;
  }

  private describe(engine: EngineLike, inputs: TensorLike[], call: LossCall | undefined): Batch {
    const tensors = inputs.map((tensor, index) =>
      describe(engine, index === 0 ? 'input' : `input${index}`, tensor),
    );
    if (call) tensors.push(describe(engine, 'target', call.target));
    return { type: 'batch', step: this.training.step, tensors };
  }

  private tellLabels(engine: EngineLike, call: LossCall): void {
    const { training, epoch, inEpoch } = this;
    const early = (epoch ?? 0) < 2 && inEpoch < TOLD;
    const spaced = training.step < FIRST_STEPS && training.step % SPACED === 0;
    if (!early && !spaced && !training.samplers.due('batch')) return;
    const name = protocolName(call.name);
    const { counts, right } = training.samplers.cost('batch', () => ({
      counts: labelCounts(engine, call, name),
      right: countRight(engine, call, name),
    }));
    if (!counts || (epoch === undefined && isConstant(call, counts))) return;
    training.attach({
      type: 'labels',
      step: training.step,
      ...(epoch !== undefined && { epoch, batch: inEpoch }),
      counts,
      ...(right !== undefined && { right }),
    });
  }
}
