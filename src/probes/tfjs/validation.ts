import type { Validation } from '../../protocol/telemetry.js';
import { toWire, type SourceLine, type WireNumber } from '../../protocol/values.js';

/** Values of a loss function called outside of training, gathered until training goes on. */
export class ValidationPass {
  private batches = 0;
  private samples = 0;
  private loss = 0;
  private correct = 0;
  private classified = 0;

  private trainingMode: boolean | undefined;

  constructor(readonly source: SourceLine | undefined) {}

  /** Takes note of the mode in which a model with dropout or batch normalisation was called. */
  sawMode(training: boolean): void {
    this.trainingMode = (this.trainingMode ?? false) || training;
  }

  /** @param correct how many of the samples were classified rightly; undefined where that has no meaning */
  add(loss: number, samples: number, correct: number | undefined, classified: number): void {
    this.batches++;
    this.samples += samples;
    this.loss += loss * samples;
    if (correct === undefined) return;
    this.correct += correct;
    this.classified += classified;
  }

  finish(step: number, time: number, epoch: number | undefined): Validation {
    const scalars: Record<string, WireNumber> = { 'validation/loss': toWire(this.loss / this.samples) };
    if (this.classified > 0) scalars['validation/accuracy'] = this.correct / this.classified;
    return {
      type: 'validation',
      step,
      time,
      ...(epoch !== undefined && { epoch }),
      batches: this.batches,
      scalars,
      mode: {
        gradients: false,
        ...(this.trainingMode !== undefined && { trainingMode: this.trainingMode }),
      },
      ...(this.source && { source: this.source }),
    };
  }
}

/** Series of a metric by the name that TensorFlow.js gives it. */
export function metricSeries(name: string): string {
  if (name === 'loss') return 'loss';
  return name === 'acc' || name === 'accuracy' ? 'accuracy' : `metric/${name}`;
}
