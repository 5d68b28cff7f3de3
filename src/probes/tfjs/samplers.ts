import { performance } from 'node:perf_hooks';
import { Sampler } from './sampling.js';

/** Shares of the budget. */
const SHARES = { gradient: 0.35, whole: 0.35, activations: 0.15, batch: 0.15 } as const;
export type Sampled = keyof typeof SHARES;

/** When each of the measures that cost much is taken, and what it cost in the step that is under way. */
export class Samplers {
  private readonly samplers: Record<Sampled, Sampler>;
  private costs: Partial<Record<Sampled, number>> = {};

  /** @param budget share of step time that all measures together may cost; with 1 every step is measured */
  constructor(budget: number) {
    const sampler = (name: Sampled): Sampler => new Sampler(budget < 1 ? budget * SHARES[name] : Infinity);
    this.samplers = {
      gradient: sampler('gradient'),
      whole: sampler('whole'),
      activations: sampler('activations'),
      batch: sampler('batch'),
    };
  }

  due(name: Sampled): boolean {
    return this.samplers[name].due();
  }

  /** Runs a part of a measure. */
  cost<T>(name: Sampled, act: () => T): T {
    const began = performance.now();
    try {
      return act();
    } finally {
      this.costs[name] = (this.costs[name] ?? 0) + (performance.now() - began) / 1000;
    }
  }

  /** @param seconds of the step without what measuring cost */
  stepped(seconds: number): void {
    for (const [name, sampler] of Object.entries(this.samplers))
      sampler.stepped(seconds, this.costs[name as Sampled]);
    this.costs = {};
  }
}
