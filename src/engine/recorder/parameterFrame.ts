/** A measure of every parameter over the run, in at most so many columns: what a heatmap draws. */
import type { ParameterFrame } from '../../protocol/runApi.js';
import { MEASURE_FANOUT, mergeRows, type MeasureRow } from './measureLevels.js';

/** Measured rows, wherever they are. */
export interface MeasureSource {
  /** Rows of level 0. */
  count(rank: number, measure: string): number;
  /** Rows of a level from `from` up to but not including `to`. */
  rows(rank: number, measure: string, level: number, from: number, to: number): Iterable<MeasureRow>;
}

/** Columns are runs of sampled steps, each with every parameter's largest value; NaN where it had none. */
export function parameterFrameOf(
  source: MeasureSource,
  request: { rank: number; measure: string; width: number },
  names: readonly string[],
): ParameterFrame {
  const columns = narrowed([...coarseRows(source, request)], request.width);
  const values = new Float32Array(names.length * columns.length).fill(NaN);
  columns.forEach((column, x) => {
    names.forEach((_, row) => {
      values[row * columns.length + x] = column.values[row] ?? NaN;
    });
  });
  return {
    names: [...names],
    steps: columns.map((column) => column.step),
    values: Buffer.from(values.buffer).toString('base64'),
  };
}

/** Rows of the coarsest level that has enough of them, then those of finer levels that it does not cover yet. */
function* coarseRows(
  source: MeasureSource,
  { rank, measure, width }: { rank: number; measure: string; width: number },
): Generator<MeasureRow> {
  const count = source.count(rank, measure);
  let covered = 0;
  for (let level = coarsestLevel(count, width); level >= 0; level--) {
    const size = MEASURE_FANOUT ** level;
    const whole = Math.floor(count / size);
    yield* source.rows(rank, measure, level, covered / size, whole);
    covered = whole * size;
  }
}

function coarsestLevel(count: number, width: number): number {
  let level = 0;
  while (count / MEASURE_FANOUT ** (level + 1) >= width) level++;
  return level;
}

function narrowed(rows: MeasureRow[], width: number): MeasureRow[] {
  const each = Math.ceil(rows.length / Math.max(1, width));
  if (each <= 1) return rows;
  const columns: MeasureRow[] = [];
  for (let from = 0; from < rows.length; from += each) {
    const merged = rows.slice(from, from + each).reduce<MeasureRow | undefined>(mergeRows, undefined);
    if (merged) columns.push(merged);
  }
  return columns;
}
