import { performance } from 'node:perf_hooks';
import type { Guard } from './guard.js';

/** The training's own time: what the probe takes is not in it. */
export class TrainingClock {
  private overhead = 0;

  constructor(private readonly guard: Guard) {}

  /** Seconds. */
  now(): number {
    return performance.now() / 1000 - this.overhead;
  }

  /** Runs a measure under its name, outside of the training's own time. */
  measure<T>(name: string, act: () => T): T | undefined {
    const began = performance.now();
    try {
      return this.guard.run(name, act);
    } finally {
      this.overhead += (performance.now() - began) / 1000;
    }
  }
}
