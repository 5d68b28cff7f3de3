import type { Variable } from '../../../protocol/inspection.js';
import { text } from '../../../protocol/values.js';
import { variablesOf } from '../checkpointState.js';
import type { OptimizerLike } from '../tensorflow.js';
import { setOption, stateOf } from '../travel/optimizerState.js';
import { RequestError } from './error.js';
import { describeValue, type Context } from './values.js';

/** Counted by the optimizer itself. */
const COUNTERS = new Set(['iterations_']);

/** The options of one optimizer, which can be set, and the variables it keeps. */
export function optimizerNode(context: Context, optimizer: OptimizerLike): number {
  return context.references.add({
    named: () => [...options(context, optimizer), ...variables(context, optimizer)],
    set: (name, value) => setChecked(context, optimizer, name, value),
    nameOf: (name) => `optimizer.${name}`,
  });
}

/** Several of them by their names, the one whose update waits first. */
export function optimizersNode(context: Context, optimizers: OptimizerLike[]): number {
  const [only] = optimizers;
  if (!only) return 0;
  if (optimizers.length === 1) return optimizerNode(context, only);
  const named = (): Variable[] =>
    optimizers.map((optimizer, index) => ({
      name: `${optimizer.getClassName?.() ?? 'Optimizer'} ${index}`,
      value: optimizer.learningRate === undefined ? '' : `learningRate ${optimizer.learningRate}`,
      reference: optimizerNode(context, optimizer),
    }));
  return context.references.add({ named });
}

function options(context: Context, optimizer: OptimizerLike): Variable[] {
  return [...stateOf(optimizer).options].map(([name, value]) => ({
    ...describeValue(context, name.replace(/_$/, ''), value),
    ...(!COUNTERS.has(name) && { editable: true }),
  }));
}

function setChecked(context: Context, optimizer: OptimizerLike, name: string, value: unknown): Variable {
  const old: unknown = Reflect.get(optimizer, name);
  if (typeof value !== typeof old || Number.isNaN(value))
    throw new RequestError(text('“{0}” takes a {1}, not {2}.', name, typeof old, String(value)));
  setOption(context.engine, optimizer, name, value as number | boolean);
  return { ...describeValue(context, name, Reflect.get(optimizer, name)), editable: true };
}

function variables(context: Context, optimizer: OptimizerLike): Variable[] {
  const { single, slots } = variablesOf(optimizer);
  return [
    ...single.map(({ property, variable }) => describeValue(context, property, variable)),
    ...slots.map(({ name, variable }) => describeValue(context, name, variable)),
  ];
}
