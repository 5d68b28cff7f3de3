import { Measures } from '../../breakpoints/measures.js';
import type { Gate } from '../../protocol/telemetry.js';

/** One rank of a training that may be held. */
export class Rank {
  readonly measures = new Measures();
  /** Where it waits for a verdict, or is held. */
  gate: Gate | null = null;
  held = false;
  /** Has not come while others waited: they do not wait for it until it comes. */
  absent = false;
  /** How often in a row it has not come. */
  missed = 0;
  /** The step it is in, as far as is known. */
  step = 0;

  /** @param together ranks of one distributed training, which wait for each other anyway. */
  constructor(
    readonly number: number,
    readonly together: boolean,
  ) {}

  /** Stands at a gate and has not been told to hold. */
  get waits(): boolean {
    return this.gate !== null && !this.held;
  }

  arrive(gate: Gate): void {
    this.gate = gate;
    this.held = this.absent = false;
    this.step = gate.step;
    this.measures.arrive(gate);
  }

  /** Its update has been let through. */
  passed(step: number): void {
    this.step = Math.max(this.step, step + 1);
  }

  leave(): void {
    if (this.gate?.kind === 'step') this.step = this.gate.step + 1;
    this.gate = null;
    this.held = false;
  }
}
