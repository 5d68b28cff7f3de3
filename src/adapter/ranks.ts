/** What differs between the ranks of a training: how fast each is, and what it computes. Pure. */
import type { SeriesInfo } from '../protocol/runApi.js';
import { SERIES } from '../protocol/telemetry.js';
import { fromWire, text, type Text, type WireNumber } from '../protocol/values.js';
import type { Translate } from './context.js';
import { group, item, shownNumber, type Item } from './items.js';

/** The latest values of a rank, by series. */
export type Measures = Readonly<Record<string, WireNumber>>;

const SHOWN = [SERIES.loss, SERIES.gradNorm, SERIES.timeStep] as const;
/** Share of the median time by which a rank must be slower to be called the slowest. */
const SLOWER = 0.1;
/** As in the rule ranks-disagree: gradients that were averaged agree to rounding. */
const APART = 0.01;

export function measuresByRank(series: readonly SeriesInfo[]): Map<number, Record<string, WireNumber>> {
  const ranks = new Map<number, Record<string, WireNumber>>();
  for (const { rank, name, last } of series) ranks.set(rank, { ...ranks.get(rank), [name]: last });
  return new Map([...ranks].sort(([a], [b]) => a - b));
}

/** One line a rank, and above them what stands out. */
export function rankItems(ranks: ReadonlyMap<number, Measures>, translate: Translate): Item[] {
  const words = [straggler(ranks), different(ranks)].filter((found) => found !== null).map(translate);
  const lines = [...ranks].map(([rank, measures]) => {
    const values = SHOWN.filter((name) => measures[name] !== undefined).map((name) =>
      item(name, shownNumber(measures[name] ?? 'NaN')),
    );
    const line = values.map(({ name, value }) => `${name} ${value}`).join(', ');
    return group(translate(text('Rank {0}', rank)), line, values);
  });
  return [group(translate(text('Ranks')), words.join(' '), lines)];
}

/** Ranks wait for each other in the backward pass: who is slow shows in what it does before. */
function straggler(ranks: ReadonlyMap<number, Measures>): Text | null {
  const times = [...ranks].map(([rank, measures]) => ({ rank, seconds: ownTime(measures) }));
  const slowest = times.reduce<(typeof times)[number] | null>(
    (a, b) => (a === null || b.seconds > a.seconds ? b : a),
    null,
  );
  if (slowest === null) return null;
  const others = times.filter(({ rank }) => rank !== slowest.rank).map(({ seconds }) => seconds);
  const usual = median(others);
  if (!(slowest.seconds - usual > SLOWER * usual)) return null;
  return text(
    'Rank {0} is the slowest: {1} ms before the backward pass, the others {2} ms.',
    slowest.rank,
    milliseconds(slowest.seconds),
    milliseconds(usual),
  );
}

function ownTime(measures: Measures): number {
  const [data, forward] = [measures[SERIES.timeData], measures[SERIES.timeForward]];
  if (data === undefined || forward === undefined) return fromWire(measures[SERIES.timeStep] ?? 'NaN');
  return fromWire(data) + fromWire(forward);
}

/** Averaged gradients have one norm. Of two ranks none can be said to be wrong. */
function different(ranks: ReadonlyMap<number, Measures>): Text | null {
  const norms = [...ranks]
    .filter(([, measures]) => measures[SERIES.gradNorm] !== undefined)
    .map(([rank, measures]) => ({ rank, norm: fromWire(measures[SERIES.gradNorm] ?? 'NaN') }));
  const usual = median(norms.map(({ norm }) => norm).filter(Number.isFinite));
  const apart = norms.filter(({ norm }) => !(Math.abs(norm - usual) <= APART * Math.abs(usual)));
  const [first] = apart;
  if (first === undefined || norms.length < 2) return null;
  if (norms.length === 2) return text('The gradients of the two ranks differ.');
  return text('The gradient of rank {0} differs from those of the others.', first.rank);
}

/** The lower one of two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toPrecision(3);
}
