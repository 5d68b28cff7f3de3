import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock } from '../../../src/engine/recorder/blockCodec.js';

const column = (rows: number): fc.Arbitrary<Float64Array> => {
  const list = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(value, { minLength: rows, maxLength: rows });
  const even = fc.tuple(fc.integer(), fc.integer({ min: -9, max: 9 }));
  return fc
    .oneof(
      list(fc.double()),
      list(fc.float()),
      even.map(([start, spacing]) => Array.from({ length: rows }, (_, i) => start + i * spacing)),
    )
    .map((values) => Float64Array.from(values, (value) => value + 0));
};

describe('a block of columns', () => {
  it('gives back exactly what was put in, from any address in memory', () => {
    const columns = fc
      .integer({ min: 0, max: 50 })
      .chain((rows) => fc.array(column(rows), { minLength: 1, maxLength: 7 }));
    fc.assert(
      fc.property(columns, fc.integer({ min: 0, max: 7 }), (original, shift) => {
        const block = encodeBlock(original, original[0]?.length ?? 0);
        const moved = new Uint8Array(block.length + shift).subarray(shift);
        moved.set(block);
        expect(decodeBlock(moved)).toEqual({ rows: original[0]?.length, columns: original });
      }),
    );
  });

  it('needs but a few bytes for steps that follow each other, and 4 a point for float32 losses', () => {
    const steps = Float64Array.from({ length: 4096 }, (_, i) => 1_000_000 + i);
    expect(encodeBlock([steps], 4096).length).toBeLessThan(40);
    const losses = Float64Array.from({ length: 4096 }, (_, i) => Math.fround(Math.sin(i)));
    expect(encodeBlock([losses], 4096).length).toBeLessThan(4096 * 4 + 40);
  });

  it('that is damaged is refused, not misread', () => {
    const block = encodeBlock([Float64Array.of(1, 2.5, Math.PI)], 3);
    expect(() => decodeBlock(block.subarray(0, block.length - 4))).toThrow('cut short');
    expect(() => decodeBlock(new Uint8Array(64))).toThrow('unknown format');
    expect(() => decodeBlock(Uint8Array.of(0x54, 1, 1, 0, 3, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0))).toThrow(
      'damaged',
    );
  });
});
