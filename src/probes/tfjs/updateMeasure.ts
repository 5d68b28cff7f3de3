import { distances, norms, total } from './measures/norms.js';
import type { EngineLike, NamedGradients, TensorLike, VariableLike } from './tensorflow.js';

/** A gradient and the variable it is for. */
export interface Update {
  name: string;
  gradient: TensorLike;
  variable: VariableLike;
}

export function updatesOf(engine: EngineLike, gradients: NamedGradients): Update[] {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  return named.flatMap(({ name, tensor }) => {
    const variable = engine.registeredVariables[name];
    return tensor && variable ? [{ name, gradient: tensor, variable }] : [];
  });
}

export interface Norms {
  gradNorm: number;
  weightNorm?: number;
  updateRatio?: number;
}

export interface Each {
  gradNorm: number[];
  weightNorm: number[];
  updateRatio: number[];
}

/** Measures one call of `applyGradients`: the gradients before it, how far it moved the weights after it. */
export class UpdateMeasure {
  readonly gradNorms: number[];
  private readonly old: TensorLike[];

  /** @param whole whether weights and updates are measured too */
  constructor(
    private readonly engine: EngineLike,
    private readonly updates: Update[],
    readonly whole: boolean,
  ) {
    this.gradNorms = norms(
      engine,
      updates.map(({ gradient }) => gradient),
    );
    // A clone shares its memory with the variable until that is assigned anew, so this copies nothing.
    this.old = whole ? updates.map(({ variable }) => variable.clone()) : [];
  }

  /** Of all gradients together. */
  get gradNorm(): number {
    return total(this.gradNorms);
  }

  /** Names of the variables whose gradient has a non-finite element. */
  get nonFinite(): string[] {
    return this.updates.flatMap(({ name }, index) => (Number.isFinite(this.gradNorms[index]) ? [] : [name]));
  }

  /** @returns norms of everything, and, of a whole measure, of each variable in the order of `names` */
  finish(): { norms: Norms; each?: Each } {
    const { gradNorm } = this;
    if (!this.whole) return { norms: { gradNorm } };
    try {
      const weights = norms(this.engine, this.old);
      const moved = distances(
        this.engine,
        this.updates.map(({ variable }) => variable),
        this.old,
      );
      return {
        norms: { gradNorm, weightNorm: total(weights), updateRatio: ratio(total(moved), total(weights)) },
        each: {
          gradNorm: this.gradNorms,
          weightNorm: weights,
          updateRatio: moved.map((norm, i) => ratio(norm, weights[i])),
        },
      };
    } finally {
      this.old.forEach((tensor) => tensor.dispose());
    }
  }

  get names(): string[] {
    return this.updates.map(({ name }) => name);
  }
}

/** Of weights that are all zero, as new biases are, there is no ratio. */
function ratio(moved: number, weight: number | undefined): number {
  return weight ? moved / weight : NaN;
}
