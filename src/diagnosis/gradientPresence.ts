/** Which parameters have ever had a gradient, and where in the model the gradients end. */
import type { ParameterMeasures } from '../protocol/telemetry.js';
import {
  areCopies,
  branchOf,
  isMatrix,
  isOwnVariable,
  isResumed,
  isTrainable,
  layersThatRan,
  ownerName,
  type Parameter,
  parametersOf,
  twins,
  unpack,
} from './parameterTable.js';
import type { RunFacts } from './rule.js';

/** All layers up to one, in the order in which they run, have no gradient; later ones have. */
export interface GradientCut {
  /** Weights without a gradient, of all that ran. */
  without: number;
  of: number;
  first: string;
  last: string;
  /** Index of the last layer without one. */
  layer: number;
}

export class GradientPresence {
  /** By name: measured steps of the parameter's own optimizer, and how many of them had a gradient for it. */
  private readonly seen = new Map<string, { steps: number; present: number }>();
  private stopped = false;

  constructor(private readonly fewest: number) {}

  /** After a NaN in the gradients an absent one can no longer be told from it. */
  stop(): void {
    this.stopped = true;
  }

  add({ gradNorm }: ParameterMeasures, facts: RunFacts): void {
    if (this.stopped || gradNorm === undefined) return;
    const norms = unpack(gradNorm);
    const parameters = parametersOf(facts);
    const has = (index: number) => !Number.isNaN(norms[index] ?? NaN);
    const stepped = new Set(parameters.filter((_, index) => has(index)).map(({ optimizer }) => optimizer));
    parameters.forEach(({ name, optimizer }, index) => {
      if (!stepped.has(optimizer)) return;
      const count = this.seen.get(name) ?? { steps: 0, present: 0 };
      this.seen.set(name, { steps: count.steps + 1, present: count.present + (has(index) ? 1 : 0) });
    });
  }

  cut(facts: RunFacts): GradientCut | undefined {
    if (this.stopped || isResumed(facts)) return undefined;
    const own = parametersOf(facts).filter((one) => isOwnVariable(one, facts) && isHeld(one));
    const [cutOff, others] = [
      own.filter((one) => this.isUnreached(one)),
      own.filter((one) => this.isReached(one)),
    ];
    if (areCopies(cutOff, others)) return undefined;
    const weights = [...cutOff, ...weightsInOrder(facts), ...others];
    const reached = weights.findIndex((weight) => this.isReached(weight));
    if (reached <= 0) return undefined;
    const front = weights.slice(0, reached);
    if (!front.every((weight) => this.isUnreached(weight)) || isCopy(front, facts)) return undefined;
    const [first, last] = [front[0], front.at(-1)];
    if (!first || !last) return undefined;
    return {
      without: front.length,
      of: weights.length,
      first: ownerName(facts, first),
      last: ownerName(facts, last),
      layer: last.layer,
    };
  }

  private isReached({ name }: Parameter): boolean {
    return (this.seen.get(name)?.present ?? 0) > 0;
  }

  private isUnreached({ name }: Parameter): boolean {
    const count = this.seen.get(name);
    return count !== undefined && count.present === 0 && count.steps >= this.fewest;
  }
}

function isHeld(parameter: Parameter): boolean {
  return parameter.optimizer >= 0 && isTrainable(parameter) && isMatrix(parameter);
}

/** Weights to be trained, of layers that ran, in the order in which these run. */
function weightsInOrder(facts: RunFacts): Parameter[] {
  const parameters = parametersOf(facts).filter(isHeld);
  return layersThatRan(facts).flatMap((layer) => parameters.filter((parameter) => parameter.layer === layer));
}

function isCopy(front: readonly Parameter[], facts: RunFacts): boolean {
  const copies = twins(parametersOf(facts));
  return front.some((weight) => copies.has(branchOf(weight)));
}
