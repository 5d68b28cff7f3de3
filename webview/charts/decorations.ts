/** Drawn over the curves by chart.js: guide lines, marked steps, and where values were not finite. */
import type { Chart, Plugin } from 'chart.js';
import type { Theme } from '../theme.js';
import type { Guide } from './catalog.js';

export interface Decorations {
  theme: Theme;
  guides: readonly Guide[];
  /** Vertical lines, in units of the x axis. */
  verticals: readonly { x: number; label: string; color: string }[];
  /** Where a series was NaN or infinite. */
  nonFinite: readonly number[];
  nonFiniteLabel: string;
}

export function decorationsPlugin(current: () => Decorations): Plugin<'line'> {
  return {
    id: 'trainingDebugger',
    beforeDatasetsDraw: (chart) => drawNonFinite(chart, current()),
    afterDatasetsDraw: (chart) => {
      const decorations = current();
      const labels = new Labels(chart, decorations.theme);
      drawGuides(chart, decorations, labels);
      drawVerticals(chart, decorations, labels);
      labelNonFinite(chart, decorations, labels);
    },
  };
}

function drawNonFinite(chart: Chart, { nonFinite, theme }: Decorations): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.fillStyle = theme.error;
  for (const x of nonFinitePixels(chart, nonFinite)) {
    ctx.globalAlpha = 0.16;
    ctx.fillRect(x - 1.5, chartArea.top, 3, chartArea.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(x - 1, chartArea.bottom - 5, 2, 5);
  }
  ctx.restore();
}

function labelNonFinite(
  chart: Chart,
  { nonFinite, nonFiniteLabel, theme }: Decorations,
  labels: Labels,
): void {
  const [first] = nonFinitePixels(chart, nonFinite);
  if (first === undefined) return;
  const align = first > chart.chartArea.right - 90 ? 'right' : 'left';
  const x = first + (align === 'right' ? -4 : 4);
  labels.add({ text: nonFiniteLabel, x, y: chart.chartArea.bottom - 9, align, color: theme.error });
}

function nonFinitePixels(chart: Chart, positions: readonly number[]): number[] {
  return positions.map((x) => chart.scales['x']?.getPixelForValue(x) ?? Number.NaN).filter(insideOf(chart));
}

function drawGuides(chart: Chart, { guides, theme }: Decorations, labels: Labels): void {
  const { chartArea, scales } = chart;
  for (const guide of guides) {
    const y = scales['y']?.getPixelForValue(guide.value) ?? Number.NaN;
    if (!(y >= chartArea.top && y <= chartArea.bottom)) continue;
    stroke(chart, [chartArea.left, y], [chartArea.right, y], theme.muted, [2, 4]);
    labels.add({ text: guide.label, x: chartArea.right - 4, y: y - 5, align: 'right', color: theme.muted });
  }
}

function drawVerticals(chart: Chart, { verticals }: Decorations, labels: Labels): void {
  const { chartArea, scales } = chart;
  for (const vertical of verticals) {
    const x = scales['x']?.getPixelForValue(vertical.x) ?? Number.NaN;
    if (!insideOf(chart)(x)) continue;
    stroke(chart, [x, chartArea.top], [x, chartArea.bottom], vertical.color, [3, 3]);
    const align = x > chartArea.right - 90 ? 'right' : 'left';
    const left = x + (align === 'right' ? -4 : 4);
    labels.add({ text: vertical.label, x: left, y: chartArea.top + 12, align, color: vertical.color });
  }
}

function stroke(
  chart: Chart,
  from: [number, number],
  to: [number, number],
  color: string,
  dash: number[],
): void {
  const { ctx } = chart;
  ctx.save();
  ctx.setLineDash(dash);
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = color;
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.restore();
}

interface Label {
  text: string;
  x: number;
  /** Baseline. */
  y: number;
  align: 'left' | 'right';
  color: string;
}

/** Writes labels over the curves, each below those that it would cover. */
class Labels {
  private readonly taken: { left: number; right: number; y: number }[] = [];

  constructor(
    private readonly chart: Chart,
    private readonly theme: Theme,
  ) {}

  add(label: Label): void {
    const { ctx, chartArea } = this.chart;
    ctx.save();
    ctx.font = `${this.theme.fontSize}px ${this.theme.fontFamily}`;
    const width = ctx.measureText(label.text).width;
    const left = label.align === 'right' ? label.x - width : label.x;
    const height = this.theme.fontSize + 3;
    let y = Math.max(label.y, chartArea.top + this.theme.fontSize);
    while (
      this.taken.some((one) => one.left < left + width && left < one.right && Math.abs(one.y - y) < height)
    )
      y += height;
    this.taken.push({ left, right: left + width, y });
    ctx.lineWidth = 3;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = this.theme.background;
    ctx.strokeText(label.text, left, y);
    ctx.fillStyle = label.color;
    ctx.fillText(label.text, left, y);
    ctx.restore();
  }
}

function insideOf(chart: Chart): (x: number) => boolean {
  return (x) => x >= chart.chartArea.left - 1 && x <= chart.chartArea.right + 1;
}
