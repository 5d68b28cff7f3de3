/** Whether every step sees the same data. */
import { SERIES } from '../protocol/telemetry.js';
import type { StepView } from './rule.js';

/** Batches that must have been the same for all to be: scripts that call their model in between show few. */
const SAME = 4;

export class SameBatches {
  private first: number | undefined;
  private count = 0;
  /** Two batches differed. */
  differ = false;

  take(step: StepView): void {
    const fingerprint = step.scalar(SERIES.batchFingerprint);
    if (fingerprint === undefined) return;
    this.count++;
    this.first ??= fingerprint;
    if (fingerprint !== this.first) this.differ = true;
  }

  /** Enough of them were looked at, and all were the same. */
  get areSure(): boolean {
    return !this.differ && this.count >= SAME;
  }
}
