import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EpochAxis } from '../../../src/engine/recorder/epochAxis.js';

describe('the axis by epoch', () => {
  it('tells each step its epoch and never falls, whatever the lengths of epochs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 }), (lengths) => {
        const epochs = lengths.flatMap((length, epoch) => new Array<number>(length).fill(epoch));
        const axis = new EpochAxis();
        epochs.forEach((epoch, step) => axis.begin(step, epoch));
        axis.end(lengths.length - 1, epochs.length);
        const again = EpochAxis.of(axis.all);
        let before = 0;
        epochs.forEach((epoch, step) => {
          expect(axis.epochOf(step)).toBe(epoch);
          expect(again.at(step)).toBe(axis.at(step));
          expect(Math.floor(axis.at(step))).toBe(epoch);
          expect(axis.at(step)).toBeGreaterThanOrEqual(before);
          before = axis.at(step);
        });
      }),
    );
  });

  it('stays small over a million epochs of equal length', () => {
    const axis = new EpochAxis();
    for (let step = 0; step < 1_000_000; step++) axis.begin(step, step);
    expect(axis.all).toHaveLength(1);
    expect(axis.at(999_999)).toBe(999_999);
  });

  it('measures the epoch that still goes by the plan, or else by the one before', () => {
    const axis = new EpochAxis();
    axis.begin(0, 0);
    expect(axis.at(50)).toBe(0);
    axis.plan(200);
    expect(axis.at(50)).toBe(0.25);
    const other = new EpochAxis();
    other.end(0, 100);
    expect(other.at(25)).toBe(0.25);
    expect(other.at(150)).toBe(1.5);
    expect(other.at(1000)).toBe(2);
  });

  it('goes on where a script begins to count again', () => {
    const axis = new EpochAxis();
    [0, 0, 1, 1, 0, 0, 1, 1].forEach((epoch, step) => axis.begin(step, epoch));
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((step) => axis.at(step))).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    expect(axis.epochOf(5)).toBe(0);
  });
});
