import type { Steps } from '../protocol/telemetry.js';
import { fromWire } from '../protocol/values.js';
import type { StepView } from './rule.js';

/** Looks at the steps of one message one after the other, without an object for each. */
export class StepCursor implements StepView {
  readonly series: readonly string[];
  private at = 0;

  constructor(private readonly steps: Steps) {
    this.series = Object.keys(steps.scalars);
  }

  get length(): number {
    return this.steps.time.length;
  }

  moveTo(index: number): void {
    this.at = index;
  }

  get step(): number {
    return this.steps.first + this.at;
  }

  get time(): number {
    return this.steps.time[this.at] ?? NaN;
  }

  get epoch(): number | undefined {
    return this.steps.epoch?.[this.at];
  }

  scalar(series: string): number | undefined {
    const value = this.steps.scalars[series]?.[this.at];
    return value === null || value === undefined ? undefined : fromWire(value);
  }
}
