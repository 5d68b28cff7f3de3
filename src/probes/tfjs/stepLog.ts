import type { Steps } from '../../protocol/telemetry.js';
import { toWire, type WireNumber } from '../../protocol/values.js';

/** Steps that have not left yet, column by column. */
export class StepLog {
  private first = 0;
  private times: number[] = [];
  private epochs: (number | undefined)[] = [];
  private columns = new Map<string, (WireNumber | null)[]>();

  get length(): number {
    return this.times.length;
  }

  /** @param scalars what was measured at this step; undefined is as good as absent */
  add(
    step: number,
    time: number,
    epoch: number | undefined,
    scalars: Record<string, number | undefined>,
  ): void {
    if (this.times.length === 0) this.first = step;
    const index = this.times.push(time) - 1;
    this.epochs.push(epoch);
    for (const [name, value] of Object.entries(scalars)) {
      if (value === undefined) continue;
      this.column(name, index).push(toWire(value));
    }
    for (const column of this.columns.values()) if (column.length === index) column.push(null);
  }

  /** Takes the steps out as one message. */
  take(): Steps | undefined {
    if (this.times.length === 0) return undefined;
    const message: Steps = {
      type: 'steps',
      first: this.first,
      time: this.times,
      scalars: Object.fromEntries(this.columns),
    };
    const epochs = this.epochs;
    if (epochs.every((epoch) => epoch !== undefined)) message.epoch = epochs;
    this.times = [];
    this.epochs = [];
    this.columns = new Map();
    return message;
  }

  private column(name: string, length: number): (WireNumber | null)[] {
    let column = this.columns.get(name);
    if (!column) {
      column = new Array<WireNumber | null>(length).fill(null);
      this.columns.set(name, column);
    }
    return column;
  }
}
