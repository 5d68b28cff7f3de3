import { describe, expect, it } from 'vitest';
import type { StepView } from '../../src/diagnosis/rule.js';
import { SameBatches } from '../../src/diagnosis/sameBatches.js';

function after(...fingerprints: (number | undefined)[]): SameBatches {
  const batches = new SameBatches();
  fingerprints.forEach((fingerprint, step) => {
    const view: StepView = { step, time: step, epoch: undefined, series: [], scalar: () => fingerprint };
    batches.take(view);
  });
  return batches;
}

describe('whether every step sees the same data', () => {
  it('is sure after four batches that were looked at', () => {
    expect(after(7, undefined, 7, 7).areSure).toBe(false);
    expect(after(7, undefined, 7, 7, 7).areSure).toBe(true);
  });

  it('is not so once two batches differed', () => {
    const batches = after(7, 7, 8, 7, 7, 7);
    expect([batches.differ, batches.areSure]).toEqual([true, false]);
    expect(after().differ).toBe(false);
  });
});
