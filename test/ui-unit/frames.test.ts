import { expect, test } from 'vitest';
import type { SeriesFrame } from '../../src/protocol/runApi.js';
import { toPanelFrames } from '../../src/ui/panel/frames.js';

const base64 = (array: Float64Array | Float32Array | Uint32Array): string =>
  Buffer.from(array.buffer).toString('base64');

function frame(series: string, x: number[]): SeriesFrame {
  const float32 = (add: number) => base64(Float32Array.from(x, (value) => value + add));
  return {
    series,
    x: base64(Float64Array.from(x)),
    min: float32(-1),
    max: float32(1),
    mean: float32(0.5),
    nonFinite: base64(Uint32Array.from(x, (_, i) => i)),
    stride: 3,
  };
}

test('frames are decoded, each with its own columns', () => {
  const [loss, empty, rate] = toPanelFrames([frame('loss', [0, 4, 9]), frame('none', []), frame('lr', [7])]);
  expect(loss).toEqual({
    series: 'loss',
    x: Float64Array.of(0, 4, 9),
    min: Float32Array.of(-1, 3, 8),
    max: Float32Array.of(1, 5, 10),
    mean: Float32Array.of(0.5, 4.5, 9.5),
    nonFinite: Uint32Array.of(0, 1, 2),
    stride: 3,
  });
  expect([empty?.x.length, empty?.nonFinite.length]).toEqual([0, 0]);
  expect([rate?.x, rate?.mean]).toEqual([Float64Array.of(7), Float32Array.of(7.5)]);
});

test('however many frames are in one piece of memory, since VS Code carries few in a message', () => {
  const frames = toPanelFrames(Array.from({ length: 300 }, (_, i) => frame(`loss/${i}`, [i, i + 1])));
  const pieces = new Set(
    frames.flatMap(({ x, min, max, mean, nonFinite }) =>
      [x, min, max, mean, nonFinite].map((one) => one.buffer),
    ),
  );
  expect(pieces.size).toBe(1);
  expect(frames[299]?.x).toEqual(Float64Array.of(299, 300));
});
