/** One chart as inline SVG: bands from minimum to maximum, lines of means, and where values were not finite. */
import type { Severity } from '../../protocol/runApi.js';
import type { Curve } from './curve.js';
import { escape, readable, tag } from './markup.js';
import { stepScale, valueScale, type Scale } from './scale.js';

export interface ChartDescription {
  title: string;
  unit: 'number' | 'fraction' | 'seconds' | 'bytes';
  /** Over the whole width of the page. */
  wide: boolean;
  curves: readonly Curve[];
  /** Values that are known beforehand. */
  guides: readonly { value: number; label: string }[];
  /** Findings, and what was changed by hand. */
  marks: readonly { step: number; kind: Severity | 'change'; label: string }[];
}

/** Pixels of the drawing: about as wide as it is shown, so that its words have the size of others. */
const WIDTHS = { narrow: 520, wide: 1060 };
const HEIGHT = 220;
const [LEFT, TOP, BOTTOM] = [58, 14, HEIGHT - 26];
const MARGIN_RIGHT = 12;
const COLORS = 6;

export function drawChart(description: ChartDescription): string {
  const { title, unit, wide, curves, guides, marks } = description;
  const width = wide ? WIDTHS.wide : WIDTHS.narrow;
  const right = width - MARGIN_RIGHT;
  const finite = finiteRange(
    curves,
    guides.map(({ value }) => value),
  );
  const x = stepScale(Math.min(...curves.map(first)), Math.max(...curves.map(last)), LEFT, right);
  // Times and shares are compared by eye: never in powers of ten.
  const lowestPositive = unit === 'number' ? finite.lowestPositive : Infinity;
  const y = valueScale(finite.low, finite.high, BOTTOM, TOP, lowestPositive);
  const drawn = [
    grid(x, y, right, unit),
    ...guides.map((guide) => guideLine(guide, y, right)),
    ...curves.map((curve, index) => curveLines(curve, index, x, y)),
    ...curves.map((curve) => nonFiniteMarks(curve, x)),
    ...marks.map((mark) => stepMark(mark, x, right)),
  ];
  const summary = `${title}. ${curves.map((curve) => inWords(curve, unit)).join(' ')}`;
  const svg = tag(
    'svg',
    { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': summary },
    drawn.join(''),
  );
  const heading = `<h3>${escape(title)}${y.log ? ' <span class="note">log scale</span>' : ''}</h3>`;
  return tag(
    'figure',
    wide ? { class: 'wide' } : {},
    `<figcaption>${heading}${legend(description)}</figcaption>${svg}`,
  );
}

function first({ x }: Curve): number {
  return x[0] ?? 0;
}

function last({ x }: Curve): number {
  return x.at(-1) ?? 0;
}

/** Of everything that is drawn; 0 to 1 where nothing is finite. */
function finiteRange(curves: readonly Curve[], more: readonly number[]) {
  const range = { low: Infinity, high: -Infinity, lowestPositive: Infinity };
  const take = (value: number) => {
    if (!Number.isFinite(value)) return;
    range.low = Math.min(range.low, value);
    range.high = Math.max(range.high, value);
    if (value > 0) range.lowestPositive = Math.min(range.lowestPositive, value);
  };
  for (const { min, max } of curves) [min, max].forEach((values) => values.forEach(take));
  more.forEach(take);
  return range.low <= range.high ? range : { low: 0, high: 1, lowestPositive: 1 };
}

function grid(x: Scale, y: Scale, right: number, unit: ChartDescription['unit']): string {
  const rows = y.ticks.map((value) => {
    const at = round(y.at(value));
    const words = tag(
      'text',
      { x: LEFT - 6, y: at + 4, class: 'y' },
      escape(y.log ? power(value) : withUnit(value, unit)),
    );
    return `${line(LEFT, at, right, at, 'grid')}${words}`;
  });
  const columns = x.ticks.map((step) => {
    const at = round(x.at(step));
    return tag('text', { x: at, y: HEIGHT - 8, class: 'x' }, escape(readable(step)));
  });
  return rows.join('') + columns.join('');
}

function curveLines(curve: Curve, index: number, x: Scale, y: Scale): string {
  const color = `c${index % COLORS}`;
  const pieces = finitePieces(curve, y.log);
  return pieces
    .map((piece) => {
      const points = (values: Float32Array) =>
        piece.map((at) => `${round(x.at(curve.x[at] ?? 0))},${round(y.at(values[at] ?? 0))}`);
      if (piece.length === 1) {
        const [cx, cy] = points(curve.mean)[0]?.split(',') ?? [];
        return tag('circle', { cx: cx ?? 0, cy: cy ?? 0, r: 2, class: `dot ${color}` });
      }
      const band = [...points(curve.max), ...points(curve.min).reverse()].join(' ');
      return (
        tag('polygon', { points: band, class: `band ${color}` }) +
        tag('polyline', { points: points(curve.mean).join(' '), class: `line ${color}` })
      );
    })
    .join('');
}

/** Stretches without a gap, as indices; on a log axis what is not positive is a gap too. */
function finitePieces({ mean, min }: Curve, log: boolean): number[][] {
  const pieces: number[][] = [[]];
  mean.forEach((value, at) => {
    const drawable = Number.isFinite(value) && (!log || (min[at] ?? 0) > 0);
    if (drawable) pieces.at(-1)?.push(at);
    else pieces.push([]);
  });
  return pieces.filter((piece) => piece.length > 0);
}

function nonFiniteMarks({ x: steps, nonFinite }: Curve, x: Scale): string {
  const marks: string[] = [];
  nonFinite.forEach((number, at) => {
    const left = round(x.at(steps[at] ?? 0));
    if (number > 0) marks.push(line(left, BOTTOM, left, BOTTOM - 8, 'nonfinite'));
  });
  return marks.join('');
}

function guideLine({ value }: ChartDescription['guides'][number], y: Scale, right: number): string {
  const at = round(y.at(value));
  return Number.isFinite(at) ? line(LEFT, at, right, at, 'guide') : '';
}

/** A flag for a finding, a square for what a person changed. */
function stepMark({ step, kind, label }: ChartDescription['marks'][number], x: Scale, right: number): string {
  const at = round(Math.min(right, Math.max(LEFT, x.at(step))));
  const words = `<title>${escape(`${label}, step ${step}`)}</title>`;
  const shape = kind === 'change' ? 'h8v8h-8z' : 'h10l-5,9z';
  const flag = tag('path', { d: `M${at - (kind === 'change' ? 4 : 5)},${TOP - 12}${shape}` }, words);
  return tag('g', { class: `mark ${kind}` }, line(at, TOP - 4, at, BOTTOM, 'stem') + flag);
}

function legend({ curves, guides, marks, unit }: ChartDescription): string {
  const lines = curves.map((curve, index) => {
    const value = curve.mean.findLast((one) => Number.isFinite(one));
    const shown = value === undefined ? 'never finite' : withUnit(value, unit);
    return `<li><span class="swatch c${index % COLORS}"></span>${escape(curve.label)} <b>${escape(shown)}</b></li>`;
  });
  const gaps = curves.reduce((sum, { nonFinite }) => nonFinite.reduce((all, one) => all + one, sum), 0);
  const others = [
    ...guides.map(
      ({ label, value }) => `<li class="dashed">${escape(label)} <b>${escape(readable(value))}</b></li>`,
    ),
    ...(gaps > 0 ? [`<li class="gaps">${gaps} not finite</li>`] : []),
    ...marks.map(
      ({ kind, label, step }) =>
        `<li class="${kind}">${kind === 'change' ? '■' : '▼'} ${escape(label)}, step ${step}</li>`,
    ),
  ];
  return `<ul class="legend">${[...lines, ...others].join('')}</ul>`;
}

/** For those who cannot see the curve. */
function inWords({ label, mean, min, max, x }: Curve, unit: ChartDescription['unit']): string {
  const finite = [...mean].map((value, at) => ({ value, step: x[at] ?? 0 }));
  const [start, end] = [finite[0], finite.at(-1)];
  if (!start || !end) return '';
  const low = min.reduce((least, value) => (value < least ? value : least), Infinity);
  const high = max.reduce((most, value) => (value > most ? value : most), -Infinity);
  const shown = (value: number) => withUnit(value, unit);
  const span = `between ${shown(low)} and ${shown(high)}`;
  return `${label}: ${shown(start.value)} at step ${start.step} to ${shown(end.value)} at step ${end.step}, ${span}.`;
}

function withUnit(value: number, unit: ChartDescription['unit']): string {
  switch (unit) {
    case 'fraction':
      return `${readable(value * 100)} %`;
    case 'seconds':
      return Math.abs(value) < 1 && value !== 0 ? `${readable(value * 1000)} ms` : `${readable(value)} s`;
    case 'bytes':
      return value >= 1e9 ? `${readable(value / 1e9)} GB` : `${readable(value / 1e6)} MB`;
    case 'number':
      return readable(value);
  }
}

/** A power of ten, written alike all along the axis. */
function power(value: number): string {
  return value >= 0.01 && value <= 1000 ? readable(value) : value.toExponential(0).replace('+', '');
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return tag('line', { x1, y1, x2, y2, class: kind });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
