import { describe, expect, it } from 'vitest';
import { History } from '../../src/diagnosis/history.js';

function filled(values: number[]): History {
  const history = new History();
  values.forEach((value) => history.add(value));
  return history;
}

describe('History', () => {
  it('has mean, deviation and standard error of a short series', () => {
    const { count, mean, deviation, error } = filled([1, 2, 3, 4]).part(0, 1);
    expect([count, mean]).toEqual([4, 2.5]);
    expect(deviation).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(error).toBeCloseTo(Math.sqrt(5 / 3) / 2, 12);
  });

  it('keeps them through the joining of its buckets', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i) * i);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const whole = filled(values).part(0, 1);
    expect(whole.count).toBe(10_000);
    expect(whole.mean).toBeCloseTo(mean, 8);
    expect(whole.deviation).toBeCloseTo(Math.sqrt(squares / 9999), 6);
  });

  it('tells parts of the series apart', () => {
    const steps = filled(Array.from({ length: 5000 }, (_, i) => Math.floor(i / 1250)));
    expect(steps.part(0, 0.2).mean).toBeCloseTo(0, 1);
    expect(steps.part(0.8, 1).mean).toBe(3);
    expect(steps.part(0, 0).count).toBeGreaterThan(0);
  });
});
