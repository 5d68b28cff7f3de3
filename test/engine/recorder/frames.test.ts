import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, type Axis, type FrameColumns, type Range } from '../../../src/engine/recorder/frames.js';
import { LiveSeries, type ChunkStore } from '../../../src/engine/recorder/liveSeries.js';

interface Point {
  step: number;
  time: number;
  value: number;
}

/** All in memory: nothing here is ever marked as written, so the disk is never asked. */
const noDisk: ChunkStore = { points: notWritten, level: notWritten };
function notWritten(): never {
  throw new Error('Nothing was written.');
}
const byStep: Axis = (step) => step;
const byTime: Axis = (_, time) => time;

/** A loss-like series: noise with spikes, non-finite stretches, pauses, and sampled steps. */
const series = fc.record({
  seed: fc.integer(),
  count: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 4000, max: 40_000 })),
  everySteps: fc.integer({ min: 1, max: 7 }),
  holes: fc.double({ min: 0, max: 0.01, noNaN: true }),
  pauses: fc.double({ min: 0, max: 0.001, noNaN: true }),
});

const view = fc.record({
  width: fc.integer({ min: 3, max: 900 }),
  axis: fc.constantFrom(byStep, byTime),
  /** Ends of the range as shares of the whole; -1 leaves one out. */
  from: fc.oneof(fc.constant(-1), fc.double({ min: 0, max: 1, noNaN: true })),
  share: fc.oneof(fc.constant(-1), fc.double({ min: 0, max: 1, noNaN: true })),
});

describe('a frame of a series, against all of its points', () => {
  it('has at most as many buckets as asked for, in order of x', () => {
    check(({ frame, width }) => {
      expect(frame.x.length).toBeLessThanOrEqual(width);
      for (let i = 1; i < frame.x.length; i++) expect(frame.x[i]).toBeGreaterThan(frame.x[i - 1] ?? NaN);
    });
  });

  it('is every point alone where they are few enough', () => {
    check(({ frame, shown, width, axis }) => {
      if (shown.length > width) return;
      expect([...frame.x]).toEqual(shown.map((point) => axis(point.step, point.time)));
      expect([...frame.mean]).toEqual(
        shown.map(({ value }) => (Number.isFinite(value) ? Math.fround(value) : NaN)),
      );
      expect([...frame.nonFinite]).toEqual(shown.map(({ value }) => (Number.isFinite(value) ? 0 : 1)));
      expect(frame.stride).toBe(1);
    });
  });

  it('shows in each bucket the least, the largest, the mean and the holes of just its points', () => {
    check(({ frame, shown, axis }) => {
      const groups = groupByBucket(shown, frame, axis);
      groups.forEach((points, i) => {
        const finite = points.map(({ value }) => value).filter(Number.isFinite);
        expect(frame.nonFinite[i]).toBe(points.length - finite.length);
        expect(frame.min[i]).toBe(finite.length === 0 ? NaN : Math.fround(Math.min(...finite)));
        expect(frame.max[i]).toBe(finite.length === 0 ? NaN : Math.fround(Math.max(...finite)));
        const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
        if (finite.length > 0)
          expect(Math.abs((frame.mean[i] ?? NaN) - mean)).toBeLessThan(1e-4 * (1 + Math.abs(mean)));
      });
      expect(frame.stride).toBe(Math.max(...groups.map((points) => points.length)));
    });
  });

  it('draws nothing more than two columns of pixels away from its place', () => {
    check(({ frame, shown, inRange, axis, width, ends }) => {
      if (shown.length <= width || inRange.length === 0) return;
      const column = (ends.to - ends.from) / (width - 2);
      for (const points of groupByBucket(shown, frame, axis)) {
        const [first, last] = [points[0], points.at(-1)];
        if (!first || !last) throw new Error('A bucket has no point.');
        expect(axis(last.step, last.time) - axis(first.step, first.time)).toBeLessThanOrEqual(
          2 * column * 1.0001,
        );
      }
    });
  });
});

describe('a frame', () => {
  it('keeps a single spike and a single hole among a million points', () => {
    const live = new LiveSeries({ id: 1, rank: 0, name: 'loss', origin: 'steps' }, noDisk);
    for (let step = 0; step < 1_000_000; step++) {
      const value = step === 123_456 ? 50 : step === 777_777 ? NaN : step === 900_000 ? -7 : 1;
      live.append(step, step / 100, value);
    }
    const frame = frameOf(live, byStep, {}, 800);
    expect(Math.max(...frame.max)).toBe(50);
    expect(Math.min(...frame.min)).toBe(-7);
    const hole = frame.nonFinite.indexOf(1);
    expect(frame.x[hole]).toBeLessThanOrEqual(777_777);
    expect(frame.x[hole + 1]).toBeGreaterThan(777_777);
  });

  it('keeps values beyond float32 finite', () => {
    const live = new LiveSeries({ id: 1, rank: 0, name: 'loss', origin: 'steps' }, noDisk);
    live.append(0, 0, 1e300);
    live.append(1, 1, -1e300);
    const frame = frameOf(live, byStep, {}, 10);
    expect([...frame.max].every(Number.isFinite)).toBe(true);
    expect([...frame.min].every(Number.isFinite)).toBe(true);
  });
});

interface Case {
  frame: FrameColumns;
  /** Points in range, and with the neighbours that a frame adds. */
  inRange: Point[];
  shown: Point[];
  axis: Axis;
  width: number;
  ends: { from: number; to: number };
}

function check(test: (example: Case) => void): void {
  fc.assert(
    fc.property(series, view, (options, { width, axis, from, share }) => {
      const points = makePoints(options);
      const live = new LiveSeries({ id: 1, rank: 0, name: 'loss', origin: 'steps' }, noDisk);
      for (const { step, time, value } of points) live.append(step, time, value);
      const range = rangeOf(points, axis, from, share);
      const frame = frameOf(live, axis, range, width);
      test({ frame, axis, width, ...naive(points, axis, range) });
    }),
    { numRuns: 60 },
  );
}

function rangeOf(points: Point[], axis: Axis, from: number, share: number): Range {
  const x = points.map((point) => axis(point.step, point.time));
  const [first = 0, last = 0] = [x[0], x.at(-1)];
  const start = from < 0 ? undefined : first + from * (last - first);
  const to = share < 0 ? undefined : (start ?? first) + share * (last - (start ?? first));
  return { from: start, to };
}

function naive(points: Point[], axis: Axis, range: Range): Pick<Case, 'inRange' | 'shown' | 'ends'> {
  const x = (point: Point | undefined): number => (point ? axis(point.step, point.time) : NaN);
  const ends = { from: range.from ?? x(points[0]), to: range.to ?? x(points.at(-1)) };
  const inRange = points.filter((point) => x(point) >= ends.from && x(point) <= ends.to);
  const before = points.filter((point) => x(point) < ends.from).at(-1);
  const after = points.find((point) => x(point) > ends.to);
  const shown = [...(before ? [before] : []), ...inRange, ...(after ? [after] : [])];
  return { inRange, shown, ends };
}

function groupByBucket(points: Point[], frame: FrameColumns, axis: Axis): Point[][] {
  const groups: Point[][] = [...frame.x].map(() => []);
  let at = 0;
  for (const point of points) {
    const x = axis(point.step, point.time);
    while (at + 1 < frame.x.length && x >= (frame.x[at + 1] ?? Infinity)) at++;
    groups[at]?.push(point);
  }
  return groups;
}

function makePoints(options: {
  seed: number;
  count: number;
  everySteps: number;
  holes: number;
  pauses: number;
}): Point[] {
  const random = generator(options.seed);
  let time = 0;
  return Array.from({ length: options.count }, (_, i) => {
    time += 0.001 + random() * 0.01 + (random() < options.pauses ? 1000 * random() : 0);
    const noise = Math.sin(i / 300) + random() * 0.2 + (random() < 0.001 ? 40 * random() : 0);
    const hole = random() < options.holes ? [NaN, Infinity, -Infinity][Math.floor(random() * 3)] : undefined;
    return { step: i * options.everySteps, time, value: hole ?? noise };
  });
}

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
