/** Consecutive steps on their way to becoming one message. Pure. */
import type { Steps } from '../../protocol/telemetry.js';
import { toWire, type WireNumber } from '../../protocol/values.js';

const LARGEST = 256;

export class StepBatch {
  private readonly time: number[] = [];
  private readonly epoch: number[] = [];
  private readonly scalars = new Map<string, (WireNumber | null)[]>();

  constructor(private readonly first: number) {}

  /** Whether a step is the next of this batch. */
  takes(step: number): boolean {
    return step === this.first + this.time.length && this.time.length < LARGEST;
  }

  add(time: number, epoch: number | undefined, values: readonly [string, number][]): void {
    const at = this.time.push(time) - 1;
    if (epoch !== undefined) this.epoch.push(epoch);
    for (const [name, value] of values) {
      const column = this.column(name);
      fill(column, at);
      column.push(toWire(value));
    }
  }

  message(): Steps {
    for (const column of this.scalars.values()) fill(column, this.time.length);
    const { first, time, epoch } = this;
    const known = epoch.length === time.length ? { epoch } : {};
    return { type: 'steps', first, time, ...known, scalars: Object.fromEntries(this.scalars) };
  }

  private column(name: string): (WireNumber | null)[] {
    let column = this.scalars.get(name);
    if (!column) this.scalars.set(name, (column = []));
    return column;
  }
}

/** Null where a step has no value. */
function fill(column: (WireNumber | null)[], length: number): void {
  while (column.length < length) column.push(null);
}
