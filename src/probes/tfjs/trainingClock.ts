import { performance } from 'node:perf_hooks';
import type { Guard } from './guard.js';

/** The training's own time: what the probe takes is not in it. */
export class TrainingClock {
  private overhead = 0;
  private depth = 0;

  constructor(private readonly guard: Guard) {}

  /** Seconds. */
  now(): number {
    return performance.now() / 1000 - this.overhead;
  }

  /** Runs a measure under its name, outside of the training's own time. */
  measure<T>(name: string, act: () => T): T | undefined {
    return this.outside(() => this.guard.run(name, act));
  }

  /** Runs what the training is held for, which may throw. */
  outside<T>(act: () => T): T {
    const began = performance.now();
    this.depth++;
    try {
      return act();
    } finally {
      if (--this.depth === 0) this.overhead += (performance.now() - began) / 1000;
    }
  }
}
