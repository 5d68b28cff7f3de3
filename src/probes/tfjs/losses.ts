import type { LossSeen, LossTerm } from '../../protocol/telemetry.js';
import { toWire, type SourceLine } from '../../protocol/values.js';
import { lossFacts, reducedValue, type LossCall } from './measures/lossFunctions.js';
import type { EngineLike } from './tensorflow.js';

export interface LossFacts {
  facts: LossTerm;
  /** The function's own value, to be compared with what the gradient is taken of. */
  value: number;
  name: string;
  /** Memory of its result. */
  result: object;
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

  /**
   * What is said once.
   * @param value of what the gradient was taken of
   * @param losses that it is computed from, the one that it is known by first
   */
  seen(
    optimizer: number,
    value: number,
    [loss, ...others]: LossFacts[],
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
      ...(backwardSource && { backwardSource }),
      pure: loss !== undefined && isSame(value, loss.value),
      ...(loss && isNegated(loss, value) && { negated: true }),
      ...(loss && loss.facts.reduction !== 'none' && { value: toWire(loss.value) }),
      ...(others.length > 0 && { terms: others.map(({ facts }) => facts) }),
      ...(resumed && { resumed }),
    };
  }
}

export const isKnown = ({ facts }: LossFacts): boolean => facts.function !== 'unknown';

/**
 * Loss functions that a value is computed from, the one that it is known by first: what it is the value of, or what was
 * computed first. Of the others those that anything is known of.
 */
export function ranked(losses: LossFacts[], value: number): LossFacts[] {
  const known = losses.filter(isKnown);
  const first =
    known.find((loss) => isSame(loss.value, value)) ??
    losses.find((loss) => isSame(loss.value, value)) ??
    known[0] ??
    losses[0];
  return first ? [first, ...known.filter((loss) => loss !== first)] : [];
}

function isNegated(loss: LossFacts, result: number): boolean {
  return isKnown(loss) && loss.value > 0 && isSame(result, -loss.value);
}

/** Equal but for the order in which float32 numbers were added up. */
export function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b));
}

export function factsOf(engine: EngineLike, call: LossCall, source: SourceLine | undefined): LossFacts {
  return {
    facts: { ...lossFacts(engine, call), ...(source && { source }) },
    value: reducedValue(engine, call),
    name: call.name,
    result: call.result.dataId,
  };
}
