/** From frames to what chart.js draws. Pure. */
import type { ChartDataset } from 'chart.js';
import type { PanelFrame } from '../../src/protocol/panel.js';
import { DASHES, translucent, type Theme } from '../theme.js';
import type { ChartSpec, LineSpec } from './catalog.js';
import { smooth } from './smoothing.js';

export type LineDataset = ChartDataset<'line', { x: number; y: number }[]>;

/** More points than this would hide the line that they sit on. */
const MAX_POINTS = 50;

export interface Look {
  theme: Theme;
  smoothing: number;
  /** Values that a logarithm cannot show become gaps. */
  logScale: boolean;
}

/** Position and value where a series was NaN or infinite, for marks. */
export function nonFinitePositions(frame: PanelFrame): number[] {
  return [...frame.x].filter((_x, index) => (frame.nonFinite[index] ?? 0) > 0);
}

export function datasetsOf(
  spec: ChartSpec,
  frames: ReadonlyMap<string, PanelFrame>,
  look: Look,
): LineDataset[] {
  const present = spec.lines.flatMap((line) => {
    const frame = frames.get(line.series);
    return frame ? [{ line, frame }] : [];
  });
  if (!spec.stacked) return present.flatMap(({ line, frame }) => ordinary(line, frame, look));
  const [layers, others] = [
    present.filter((one) => one.line.kind === 'dense'),
    present.filter((one) => one.line.kind !== 'dense'),
  ];
  return [...stacked(layers, look), ...others.flatMap(({ line, frame }) => ordinary(line, frame, look))];
}

function ordinary(line: LineSpec, frame: PanelFrame, look: Look): LineDataset[] {
  const color = colorOf(line, look.theme);
  if (line.kind !== 'dense') return [lineDataset(line, frame.x, frame.mean, look, color)];
  const band = bandOf(frame, color, look);
  const hasBand = frame.stride > 1;
  if (look.smoothing <= 0)
    return [...(hasBand ? band : []), lineDataset(line, frame.x, frame.mean, look, color)];
  const raw = {
    ...lineDataset(line, frame.x, frame.mean, look, translucent(color, 0.45)),
    borderWidth: 1,
    borderDash: [],
  };
  const smoothed = lineDataset(line, frame.x, smooth(frame.mean, look.smoothing), look, color);
  return [...(hasBand ? band : []), raw, smoothed];
}

/** Each layer is drawn from the top of those below, at the positions of the first. */
function stacked(layers: { line: LineSpec; frame: PanelFrame }[], look: Look): LineDataset[] {
  const positions = layers[0]?.frame.x ?? new Float64Array();
  const total = new Float32Array(positions.length);
  return layers.map(({ line, frame }, index) => {
    const values = at(positions, frame);
    values.forEach((value, i) => (total[i] = (total[i] ?? 0) + (Number.isFinite(value) ? value : 0)));
    const color = colorOf(line, look.theme);
    const dataset = lineDataset(line, positions, total, look, color);
    return {
      ...dataset,
      borderWidth: 1,
      borderDash: [],
      fill: index === 0 ? 'origin' : '-1',
      backgroundColor: translucent(color, 0.45),
    };
  });
}

/** Values of a frame at other positions: the last one at or before each. */
function at(positions: Float64Array, frame: PanelFrame): Float32Array {
  let index = 0;
  return Float32Array.from(positions, (x) => {
    while (index + 1 < frame.x.length && (frame.x[index + 1] ?? Infinity) <= x) index++;
    return frame.mean[index] ?? Number.NaN;
  });
}

function lineDataset(
  line: LineSpec,
  x: Float64Array,
  y: Float32Array,
  look: Look,
  color: string,
): LineDataset {
  const data = points(x, y, look.logScale);
  const dash = line.kind === 'threshold' ? [4, 3] : (DASHES[line.color % DASHES.length] ?? []);
  return {
    label: line.label,
    data,
    borderColor: color,
    backgroundColor: color,
    borderWidth: line.kind === 'threshold' ? 1.25 : 1.75,
    borderDash: dash,
    pointRadius: line.kind === 'sparse' && data.length <= MAX_POINTS ? 2.5 : lonelyRadii(data),
    fill: false,
  };
}

/** From minimum to maximum, with a fine edge: the tip of a lone spike would be too thin to be seen as an area. */
function bandOf({ x, min, max }: PanelFrame, color: string, look: Look): LineDataset[] {
  const edge = (y: Float32Array): LineDataset => ({
    data: points(x, y, look.logScale),
    borderColor: translucent(color, 0.45),
    borderWidth: 0.75,
    pointRadius: 0,
    fill: false,
  });
  return [
    edge(min),
    { ...edge(max), fill: '-1', backgroundColor: translucent(color, look.theme.bandOpacity) },
  ];
}

function points(x: Float64Array, y: Float32Array, logScale: boolean): { x: number; y: number }[] {
  return Array.from(x, (position, index) => {
    const value = y[index] ?? Number.NaN;
    return { x: position, y: Number.isFinite(value) && !(logScale && value <= 0) ? value : Number.NaN };
  });
}

/**
 * A value between two gaps would be invisible as a line: it gets a point. One radius where there is none, for chart.js
 * otherwise works out the look of each point by itself.
 */
function lonelyRadii(data: { y: number }[]): number | number[] {
  const missing = (index: number) => Number.isNaN(data[index]?.y ?? Number.NaN);
  const radii = data.map((_point, index) => (missing(index - 1) && missing(index + 1) ? 2 : 0));
  return radii.includes(2) ? radii : 0;
}

function colorOf(line: LineSpec, theme: Theme): string {
  if (line.kind === 'threshold') return theme.foreground;
  return theme.palette[line.color % theme.palette.length] ?? theme.foreground;
}
