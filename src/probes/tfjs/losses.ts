import type { LossSeen } from '../../protocol/telemetry.js';
import type { SourceLine } from '../../protocol/values.js';
import { lossFacts, reducedValue, type LossCall } from './measures/lossFunctions.js';
import type { EngineLike } from './tensorflow.js';

export interface LossFacts {
  facts: Partial<LossSeen> & Pick<LossSeen, 'function'>;
  /** The function's own value, to be compared with what the gradient is taken of. */
  value: number;
  name: string;
  source: SourceLine | undefined;
}

/** The first losses of a run, one for each optimizer: what they are of, and where. */
export class Losses {
  private readonly known = new Set<number>();

  series(optimizer: number): string {
    return optimizer === 0 ? 'loss' : `loss/${optimizer}`;
  }

  isKnown(optimizer: number): boolean {
    return this.known.has(optimizer);
  }

  /** What is said once. @param value of what the gradient was taken of */
  seen(
    optimizer: number,
    value: number,
    loss: LossFacts | undefined,
    backwardSource: SourceLine | undefined,
    resumed: boolean,
  ): LossSeen {
    this.known.add(optimizer);
    return {
      type: 'loss',
      id: optimizer,
      series: this.series(optimizer),
      label: loss?.name ?? 'loss',
      optimizer,
      ...(loss?.facts ?? { function: 'unknown' }),
      ...(loss?.source && { source: loss.source }),
      ...(backwardSource && { backwardSource }),
      pure: loss !== undefined && isSame(value, loss.value),
      ...(resumed && { resumed }),
    };
  }
}

/** Equal but for the order in which float32 numbers were added up. */
export function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b));
}

export function factsOf(engine: EngineLike, call: LossCall, source: SourceLine | undefined): LossFacts {
  return { facts: lossFacts(engine, call), value: reducedValue(engine, call), name: call.name, source };
}
