import { currentEngine } from './hooks/engine.js';
import { isTensor, isVariable, type OptimizerLike, type VariableLike } from './tensorflow.js';
import type { Training } from './training.js';

/** What belongs to a training beside its model, as a description and the numbers of what it names, in order. */
export const STATE_FILE = 'training.json';
export const STATE_BYTES = 'training.bin';

export interface StoredVariable {
  name: string;
  shape: number[];
  dtype: string;
}

/** Variables that an optimizer keeps: single ones by property, and lists of one for each variable it updates. */
export interface StoredOptimizer {
  name: string;
  iterations: number;
  single: (StoredVariable & { property: string })[];
  slots: (StoredVariable & { property: string; index: number })[];
}

export interface StoredState {
  step: number;
  epoch: number | null;
  variables: StoredVariable[];
  optimizers: StoredOptimizer[];
}

interface Slot {
  originalName: string;
  variable: VariableLike;
}

export function isSlot(value: unknown): value is Slot {
  return typeof value === 'object' && value !== null && 'originalName' in value && 'variable' in value;
}

type Named<T> = T & { variable: VariableLike };

/** The variables of an optimizer, as it holds them. */
export function variablesOf(optimizer: OptimizerLike): {
  single: Named<{ property: string }>[];
  slots: Named<{ property: string; index: number; name: string }>[];
} {
  const entries = Object.entries(optimizer) as [string, unknown][];
  return {
    single: entries.flatMap(([property, value]) =>
      isTensor(value) && isVariable(value) ? [{ property, variable: value }] : [],
    ),
    slots: entries.flatMap(([property, list]) =>
      Array.isArray(list)
        ? (list as unknown[]).flatMap((slot, index) =>
            isSlot(slot) ? [{ property, index, name: slot.originalName, variable: slot.variable }] : [],
          )
        : [],
    ),
  };
}

/** All variables of the process that are not an optimizer's: also those that no gradient is asked for. */
export function trainedVariables(training: Training): VariableLike[] {
  const engine = currentEngine();
  const optimizers = training.optimizers.living().map(variablesOf);
  const kept = new Set(optimizers.flatMap(({ single, slots }) => [...single, ...slots].map((each) => each.variable)));
  return Object.values(engine?.registeredVariables ?? {}).filter((variable) => !kept.has(variable));
}

function stored(name: string, { shape, dtype }: VariableLike): StoredVariable {
  return { name, shape, dtype };
}

/** Both files by name. */
export function describeState(training: Training): Record<string, string | Buffer> {
  const all: VariableLike[] = [];
  const add = (name: string, variable: VariableLike): StoredVariable => {
    all.push(variable);
    return stored(name, variable);
  };
  const state: StoredState = {
    step: training.step,
    epoch: training.epoch ?? null,
    variables: trainedVariables(training).map((variable) => add(variable.name, variable)),
    optimizers: training.optimizers.living().map((optimizer) => {
      const { single, slots } = variablesOf(optimizer);
      return {
        name: optimizer.getClassName?.() ?? '',
        iterations: Number(Reflect.get(optimizer, 'iterations_') ?? 0),
        single: single.map(({ property, variable }) => ({ ...add(property, variable), property })),
        slots: slots.map(({ property, index, name, variable }) => ({ ...add(name, variable), property, index })),
      };
    }),
  };
  return { [STATE_FILE]: JSON.stringify(state), [STATE_BYTES]: Buffer.concat(all.map(bytesOf)) };
}

export function bytesOf(variable: VariableLike): Buffer {
  const values = variable.dataSync();
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
