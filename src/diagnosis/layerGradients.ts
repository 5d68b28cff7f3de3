/** The gradients of single layers against what they were at first. */
import type { ParameterMeasures } from '../protocol/telemetry.js';
import { type DepthEntry, gradientByDepth } from './gradientDepth.js';
import type { RunFacts } from './rule.js';

export interface ExplodedLayer {
  name: string;
  /** Gradient over that of the first measured step. */
  factor: number;
}

/** Growth beyond the spread of healthy gradients of one layer over a run. */
const EXPLODED = 100;

export class LayerGradients {
  private readonly first = new Map<string, number>();
  private readonly recent: { step: number; layers: DepthEntry[] }[] = [];

  add(seen: ParameterMeasures, facts: RunFacts): void {
    if (seen.gradNorm === undefined) return;
    const layers = gradientByDepth(seen, facts);
    for (const { name, rms } of layers) if (!this.first.has(name) && rms > 0) this.first.set(name, rms);
    this.recent.push({ step: seen.step, layers });
    if (this.recent.length > 20) this.recent.shift();
  }

  /** The last layer, so the first in backward direction, that has grown so much at the first step at which any has. */
  firstToExplode(from: number): ExplodedLayer | undefined {
    for (const { step, layers } of this.recent) {
      if (step < from) continue;
      const grown = layers
        .map(({ name, rms }) => ({ name, factor: rms / (this.first.get(name) ?? Infinity) }))
        .findLast(({ factor }) => factor >= EXPLODED);
      if (grown) return grown;
    }
    return undefined;
  }
}
