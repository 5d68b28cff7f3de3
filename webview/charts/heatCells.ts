/** A frame of per-parameter values as rows and columns to draw. Pure. */
import type { PanelParameterFrame } from '../../src/protocol/panel.js';
import type { Range } from './range.js';

export interface HeatCells {
  /** What each row stands for: one parameter, or several neighbours. */
  rows: { label: string; members: number }[];
  steps: number[];
  /** Row by row; NaN where nothing was measured, Infinity where a value was not finite. */
  values: Float32Array;
}

/** Rows are merged by their largest value when there are more than `maxRows`, so that none is lost. */
export function heatCells(frame: PanelParameterFrame, maxRows: number, range: Range | null): HeatCells {
  const columns = frame.steps
    .map((_step, column) => column)
    .filter((column) => shows(frame.steps[column] ?? 0, range));
  const perRow = Math.max(1, Math.ceil(frame.names.length / maxRows));
  const count = Math.ceil(frame.names.length / perRow);
  const values = new Float32Array(count * columns.length).fill(Number.NaN);
  frame.names.forEach((_name, parameter) => {
    columns.forEach((column, index) => {
      const target = Math.floor(parameter / perRow) * columns.length + index;
      values[target] = larger(
        values[target] ?? Number.NaN,
        frame.values[parameter * frame.steps.length + column] ?? Number.NaN,
      );
    });
  });
  const rows = Array.from({ length: count }, (_none, row) => {
    const members = frame.names.slice(row * perRow, (row + 1) * perRow);
    return { label: members[0] ?? '', members: members.length };
  });
  return { rows, steps: columns.map((column) => frame.steps[column] ?? 0), values };
}

function shows(step: number, range: Range | null): boolean {
  return range === null || (step >= range.from && step <= range.to);
}

function larger(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.max(a, b);
}
