import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeasureLevels, type LevelledRow } from '../../../src/engine/recorder/measureLevels.js';
import { parameterFrameOf, type MeasureSource } from '../../../src/engine/recorder/parameterFrame.js';

const names = ['a', 'b'];

/** All levels in memory. */
function sourceOf(values: [number, number][]): MeasureSource {
  const levels = new MeasureLevels();
  const rows: LevelledRow[] = values.flatMap((row, i) =>
    levels.push({ step: i * 10, time: i, values: Float32Array.from(row) }),
  );
  return {
    count: () => levels.count,
    rows: (_, __, level, from, to) =>
      rows.filter((row) => row.level === level && row.at >= from && row.at < to),
  };
}

function decode(base64: string): number[] {
  return [...new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)];
}

const norm = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN));

describe('a frame of all parameters', () => {
  it('has at most so many columns, in each the largest value since its step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(norm, norm), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (rows, width) => {
          const frame = parameterFrameOf(sourceOf(rows), { rank: 0, measure: 'gradNorm', width }, names);
          const columns = frame.steps.length;
          expect(columns).toBeLessThanOrEqual(width);
          expect(columns).toBeGreaterThanOrEqual(Math.min(rows.length, Math.floor(width / 4)));
          expect(frame.steps[0]).toBe(0);
          const shown = decode(frame.values);
          names.forEach((_, parameter) => {
            frame.steps.forEach((step, x) => {
              const end = (frame.steps[x + 1] ?? Infinity) / 10;
              const covered = rows.slice(step / 10, end).map((row) => row[parameter] ?? NaN);
              const known = covered.filter((value) => !Number.isNaN(value));
              const largest = known.length === 0 ? NaN : Math.max(...known);
              expect((shown[parameter * columns + x] ?? NaN) + 0).toBe(largest + 0);
            });
          });
        },
      ),
    );
  });

  it('has a row for a parameter that joined later', () => {
    const frame = parameterFrameOf(sourceOf([[1, 2]]), { rank: 0, measure: 'gradNorm', width: 5 }, [
      ...names,
      'late',
    ]);
    expect(frame.names).toEqual(['a', 'b', 'late']);
    expect(decode(frame.values)).toEqual([1, 2, NaN]);
  });
});
