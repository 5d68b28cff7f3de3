/** Paints the cells of a heatmap, and finds the cell under a pixel. */
import type { Theme } from '../theme.js';
import { logScaleOf, rampColor, type Scale } from './colorRamp.js';
import type { HeatCells } from './heatCells.js';

export const ROW_HEIGHT = 14;

/** Paints at the size of the canvas on the screen and returns the scale; null when no value is positive. */
export function paintCells(
  canvas: HTMLCanvasElement,
  cells: HeatCells,
  theme: Theme,
  selected: number,
): Scale | null {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, canvas.clientWidth);
  const height = Math.max(1, cells.rows.length * ROW_HEIGHT);
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  const scale = logScaleOf(cells.values);
  if (!context) return scale;
  context.scale(ratio, ratio);
  const cellWidth = width / Math.max(1, cells.steps.length);
  cells.values.forEach((value, index) => {
    const [row, column] = [Math.floor(index / cells.steps.length), index % cells.steps.length];
    context.fillStyle = cellColor(value, scale, theme);
    context.fillRect(column * cellWidth, row * ROW_HEIGHT, cellWidth + 0.6, ROW_HEIGHT - 1);
  });
  if (selected >= 0) outline(context, cells, selected, cellWidth, theme);
  return scale;
}

/** Index of the cell, -1 outside. */
export function cellAt(cells: HeatCells, x: number, y: number, width: number): number {
  const column = Math.floor((x / width) * cells.steps.length);
  const row = Math.floor(y / ROW_HEIGHT);
  const inside = column >= 0 && column < cells.steps.length && row >= 0 && row < cells.rows.length;
  return inside ? row * cells.steps.length + column : -1;
}

/** Not measured: nothing. Zero: as small as it gets. Not finite: the colour of errors. */
function cellColor(value: number, scale: Scale | null, theme: Theme): string {
  if (Number.isNaN(value)) return 'transparent';
  if (!Number.isFinite(value)) return theme.error;
  if (value <= 0 || !scale) return theme.grid;
  const [red, green, blue] = rampColor(value, scale);
  return `rgb(${red}, ${green}, ${blue})`;
}

function outline(
  context: CanvasRenderingContext2D,
  cells: HeatCells,
  index: number,
  cellWidth: number,
  theme: Theme,
): void {
  const [row, column] = [Math.floor(index / cells.steps.length), index % cells.steps.length];
  context.strokeStyle = theme.foreground;
  context.lineWidth = 2;
  context.strokeRect(
    column * cellWidth + 1,
    row * ROW_HEIGHT + 1,
    Math.max(3, cellWidth - 2),
    ROW_HEIGHT - 3,
  );
}
