import type { OriginSeen } from '../../protocol/telemetry.js';
import type { Origin } from './forward/origin.js';
import type { Training } from './training.js';

/** Where the first value that is not finite came from, said once. */
export class Origins {
  /** Set until one was found. */
  wanted = true;
  /** Whether a gradient was seen to be broken that is about to be applied. */
  suspect = false;
  private origin: Origin | undefined;

  constructor(private readonly training: Training) {}

  found(origin: Origin | undefined): void {
    this.wanted = false;
    this.suspect = true;
    this.origin = origin;
  }

  /** What is to be said of the step that ends. */
  take(step: number): OriginSeen | undefined {
    const { origin } = this;
    this.origin = undefined;
    this.suspect = false;
    if (!origin) return undefined;
    const { models } = this.training;
    const { layer, parameter, operation, direction, facts } = origin;
    const source = (layer && models.sourceOf(layer)) ?? origin.source;
    return {
      type: 'origin',
      step,
      direction,
      layer: layer ? models.indexOf(layer) : -1,
      module: parameter ?? (layer ? models.nameOf(layer) : ''),
      kind: layer?.getClassName() ?? '',
      ...(operation !== undefined && { operation }),
      ...(source && { source }),
      ...facts,
    };
  }
}
