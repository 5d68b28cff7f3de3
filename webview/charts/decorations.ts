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
      drawGuides(chart, current());
      drawVerticals(chart, current());
    },
  };
}

function drawNonFinite(chart: Chart, { nonFinite, nonFiniteLabel, theme }: Decorations): void {
  const { ctx, chartArea, scales } = chart;
  const shown = nonFinite.map((x) => scales['x']?.getPixelForValue(x) ?? 0).filter(inside(chart));
  if (shown.length === 0) return;
  ctx.save();
  ctx.fillStyle = theme.error;
  for (const x of shown) {
    ctx.globalAlpha = 0.16;
    ctx.fillRect(x - 1.5, chartArea.top, 3, chartArea.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(x - 1, chartArea.bottom - 5, 2, 5);
  }
  label(
    chart,
    nonFiniteLabel,
    Math.max(shown[0] ?? 0, chartArea.left) + 4,
    chartArea.bottom - 8,
    theme.error,
    theme,
  );
  ctx.restore();
}

function drawGuides(chart: Chart, { guides, theme }: Decorations): void {
  const { ctx, chartArea, scales } = chart;
  ctx.save();
  ctx.setLineDash([2, 4]);
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = theme.muted;
  for (const guide of guides) {
    const y = scales['y']?.getPixelForValue(guide.value) ?? Number.NaN;
    if (!(y >= chartArea.top && y <= chartArea.bottom)) continue;
    ctx.beginPath();
    ctx.moveTo(chartArea.left, y);
    ctx.lineTo(chartArea.right, y);
    ctx.stroke();
    ctx.textAlign = 'right';
    label(
      chart,
      guide.label,
      chartArea.right - 4,
      y - 5 < chartArea.top + theme.fontSize ? y + theme.fontSize + 3 : y - 5,
      theme.muted,
      theme,
    );
  }
  ctx.restore();
}

function drawVerticals(chart: Chart, { verticals, theme }: Decorations): void {
  const { ctx, chartArea, scales } = chart;
  for (const vertical of verticals) {
    const x = scales['x']?.getPixelForValue(vertical.x) ?? Number.NaN;
    if (!inside(chart)(x)) continue;
    ctx.save();
    ctx.strokeStyle = vertical.color;
    ctx.globalAlpha = 0.8;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    const right = x > chartArea.right - 90;
    ctx.textAlign = right ? 'right' : 'left';
    label(chart, vertical.label, x + (right ? -4 : 4), chartArea.top + theme.fontSize, vertical.color, theme);
    ctx.restore();
  }
}

function label(chart: Chart, text: string, x: number, y: number, color: string, theme: Theme): void {
  const { ctx } = chart;
  if (text === '') return;
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
  ctx.lineWidth = 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme.background;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 4]);
}

function inside(chart: Chart): (x: number) => boolean {
  return (x) => x >= chart.chartArea.left - 1 && x <= chart.chartArea.right + 1;
}
