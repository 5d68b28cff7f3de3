import { AsyncLocalStorage } from 'node:async_hooks';
import type { SourceLine } from '../../protocol/values.js';
import type { ModelLike } from './tensorflow.js';

/** A call of `fit` that is under way: after its first `await` the user's line is no longer on the stack. */
export interface FitContext {
  model: ModelLike;
  source: SourceLine | undefined;
  epoch: number;
  /** Whether `fit` validates by itself, and would be seen to evaluate. */
  validates: boolean;
}

const storage = new AsyncLocalStorage<FitContext>();

export function runInFit<T>(context: FitContext, run: () => T): T {
  return storage.run(context, run);
}

export function currentFit(): FitContext | undefined {
  return storage.getStore();
}

const evaluations = new AsyncLocalStorage<true>();

/** Runs a call of `evaluate`, which says its result itself. */
export function runInEvaluation<T>(run: () => T): T {
  return evaluations.run(true, run);
}

/** A Sequential evaluates through the model inside it. */
export function isEvaluating(): boolean {
  return evaluations.getStore() === true;
}
