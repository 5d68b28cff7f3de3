import type { Gate } from '../protocol/telemetry.js';
import { fromWire } from '../protocol/values.js';
import type { StepView } from './rule.js';

/** A step whose update waits. */
export class GateView implements StepView {
  readonly series: readonly string[];

  constructor(private readonly gate: Gate) {
    this.series = Object.keys(gate.scalars);
  }

  get step(): number {
    return this.gate.step;
  }

  get time(): number {
    return this.gate.time;
  }

  get epoch(): number | undefined {
    return this.gate.epoch;
  }

  scalar(series: string): number | undefined {
    const value = this.gate.scalars[series];
    return value === undefined ? undefined : fromWire(value);
  }
}
