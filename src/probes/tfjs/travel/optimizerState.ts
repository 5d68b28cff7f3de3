import { isSlot } from '../checkpointState.js';
import { isTensor, type EngineLike, type OptimizerLike, type TensorLike } from '../tensorflow.js';

/** What an optimizer keeps besides variables: its options, its count of steps, and lists of its variables. */
export interface OptimizerState {
  options: Map<string, number | boolean>;
  lists: Map<string, unknown[]>;
}

export function stateOf(optimizer: OptimizerLike): OptimizerState {
  const state: OptimizerState = { options: new Map(), lists: new Map() };
  for (const [name, value] of Object.entries(optimizer) as [string, unknown][]) {
    if (typeof value === 'number' || typeof value === 'boolean') state.options.set(name, value);
    else if (Array.isArray(value)) state.lists.set(name, [...(value as unknown[])]);
  }
  return state;
}

export function restoreState(engine: EngineLike, optimizer: OptimizerLike, state: OptimizerState): void {
  const now = stateOf(optimizer);
  for (const name of now.options.keys())
    if (!state.options.has(name)) Reflect.deleteProperty(optimizer, name);
  for (const [name, value] of state.options) setOption(engine, optimizer, name, value);
  for (const [name, list] of state.lists) Reflect.set(optimizer, name, [...list]);
}

/** The tensor in which an optimizer keeps a copy of an option, by which alone it computes. */
const COPIES: Record<string, string> = { momentum: 'm' };

/** Sets an option so that the optimizer computes by it: a plain property is not what all of them read. */
export function setOption(
  engine: EngineLike,
  optimizer: OptimizerLike,
  name: string,
  value: number | boolean,
): void {
  if (Object.is(Reflect.get(optimizer, name), value)) return;
  if (name === 'learningRate' && typeof value === 'number' && optimizer.setLearningRate) {
    // The optimizer makes a tensor of it, which must outlive the scope that the training is held in.
    optimizer.setLearningRate(value);
    return;
  }
  Reflect.set(optimizer, name, value);
  const copy = COPIES[name];
  const old: unknown = copy === undefined ? undefined : Reflect.get(optimizer, copy);
  if (copy === undefined || !isTensor(old)) return;
  old.dispose();
  Reflect.set(optimizer, copy, scalar(engine, Number(value)));
}

function scalar(engine: EngineLike, value: number): TensorLike {
  return engine.keep(engine.makeTensor(new Float32Array([value]), [], 'float32'));
}

/** Variables that the optimizer made in steps that were gone back on: it makes new ones. */
export function disposeOrphans(optimizer: OptimizerLike, lists: OptimizerState['lists']): void {
  const held = new Set([...stateOf(optimizer).lists.values()].flat());
  for (const slot of [...lists.values()].flat())
    if (isSlot(slot) && !held.has(slot) && !slot.variable.isDisposed) slot.variable.dispose();
}
