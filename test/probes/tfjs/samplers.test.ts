import { describe, expect, it } from 'vitest';
import { Samplers } from '../../../src/probes/tfjs/samplers.js';
import { isMilestone } from '../../../src/probes/tfjs/sampling.js';

/** Steps of 1 ms in which the gradient costs as much as `work` takes; how many of them were measured. */
function measured(budget: number, steps: number, work: () => void): number {
  const samplers = new Samplers(budget);
  let count = 0;
  for (let step = 0; step < steps; step++) {
    if (samplers.due('gradient')) {
      count++;
      samplers.cost('gradient', work);
    }
    samplers.stepped(0.001);
  }
  return count;
}

function busy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

describe('milestones', () => {
  it('are two of every doubling, whatever the length of a training', () => {
    const all = Array.from({ length: 200 }, (_, i) => i).filter(isMilestone);
    expect(all).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192]);
    expect(isMilestone(3 * 2 ** 29)).toBe(true);
    expect(isMilestone(3 * 2 ** 29 + 1)).toBe(false);
  });
});

describe('sampled measures', () => {
  it('are taken at every step where the whole budget is theirs, whatever they cost', () => {
    expect(measured(1, 20, () => busy(5))).toBe(20);
  });

  it('are taken on few steps where they cost much of one', () => {
    // At the start, and at two steps of every doubling.
    expect(measured(0.01, 100, () => busy(2))).toBeLessThan(20);
  });
});
