/**
 * Per-parameter measures level by level: a row of level k stands for 4^k sampled steps and has the largest value of
 * each parameter in them, so that a heatmap of a long run reads few rows and still shows every peak. Pure.
 */
export const MEASURE_FANOUT = 4;

export interface MeasureRow {
  step: number;
  time: number;
  values: Float32Array;
}

export interface LevelledRow extends MeasureRow {
  level: number;
  /** Position within its level. */
  at: number;
}

/** Takes rows of one measure in order and gives back each with the coarser ones it completes. */
export class MeasureLevels {
  private readonly counts: number[] = [];
  private readonly partial: (MeasureRow | undefined)[] = [];

  get count(): number {
    return this.counts[0] ?? 0;
  }

  push(row: MeasureRow): LevelledRow[] {
    return this.add(0, row);
  }

  private add(level: number, row: MeasureRow): LevelledRow[] {
    const at = this.counts[level] ?? 0;
    this.counts[level] = at + 1;
    const rows = [{ ...row, level, at }];
    const merged = mergeRows(this.partial[level], row);
    if ((at + 1) % MEASURE_FANOUT !== 0) {
      this.partial[level] = merged;
      return rows;
    }
    this.partial[level] = undefined;
    return [...rows, ...this.add(level + 1, merged)];
  }
}

/** The larger of each value; NaN, which means a parameter had none, gives way. Lengths may differ. */
export function mergeRows(first: MeasureRow | undefined, second: MeasureRow): MeasureRow {
  if (!first) return second;
  const length = Math.max(first.values.length, second.values.length);
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = larger(first.values[i] ?? NaN, second.values[i] ?? NaN);
  return { step: first.step, time: first.time, values };
}

function larger(a: number, b: number): number {
  return a >= b || Number.isNaN(b) ? a : b;
}
