/** Where values lie on an axis of pixels, and which of them are written beside it. */

export interface Scale {
  /** Pixel of a value. */
  at(value: number): number;
  ticks: number[];
  log: boolean;
}

/** A range of more than two powers of ten is drawn in powers of ten, where all of it is positive. */
const LOG_FROM = 100;

/** @param from pixel of the lowest value. @param to pixel of the highest. */
export function valueScale(
  low: number,
  high: number,
  from: number,
  to: number,
  lowestPositive: number,
): Scale {
  if (low > 0 && high / lowestPositive > LOG_FROM) return logScale(lowestPositive, high, from, to);
  const [bottom, top] = widened(low, high);
  const step = niceStep((top - bottom) / 4);
  const first = Math.floor(bottom / step + 1e-9) * step;
  const last = Math.ceil(top / step - 1e-9) * step;
  return linear(first, last, from, to, step);
}

export function stepScale(first: number, last: number, from: number, to: number): Scale {
  const end = last > first ? last : first + 1;
  const step = Math.max(1, niceStep((end - first) / 6));
  const ticks = range(Math.ceil(first / step) * step, end, step);
  return { at: (value) => from + ((value - first) / (end - first)) * (to - from), ticks, log: false };
}

function linear(low: number, high: number, from: number, to: number, step: number): Scale {
  const at = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  return { at, ticks: range(low, high, step), log: false };
}

function logScale(low: number, high: number, from: number, to: number): Scale {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.ceil((last - first) / 6);
  const at = (value: number) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  return { at, ticks: range(first, last, every).map((power) => 10 ** power), log: true };
}

/** A constant gets some room on either side. */
function widened(low: number, high: number): [number, number] {
  if (high > low) return [low, high];
  const room = Math.abs(low) > 0 ? Math.abs(low) / 2 : 1;
  return [low - room, high + room];
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function range(first: number, last: number, step: number): number[] {
  const count = Math.floor((last - first) / step + 1e-6) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}
