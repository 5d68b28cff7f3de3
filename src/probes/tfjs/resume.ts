import fs from 'node:fs';
import path from 'node:path';
import { formatText, text } from '../../protocol/values.js';
import {
  STATE_BYTES,
  STATE_FILE,
  trainedVariables,
  variablesOf,
  type StoredOptimizer,
  type StoredState,
  type StoredVariable,
} from './checkpointState.js';
import type { EngineLike, NamedGradients, OptimizerLike, TensorLike, VariableLike } from './tensorflow.js';
import type { Training } from './training.js';
import { namedGradients } from './travel/snapshots.js';

/** Numbers one after the other, as they were written. */
class Numbers {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  take(engine: EngineLike, { shape, dtype }: StoredVariable): TensorLike {
    const size = shape.reduce((product, length) => product * length, 1);
    const length = size * (dtype === 'bool' ? 1 : 4);
    const copy = Uint8Array.from(this.bytes.subarray(this.offset, this.offset + length)).buffer;
    this.offset += length;
    if (copy.byteLength !== length) throw new Error('the file of numbers is too short');
    const values =
      dtype === 'float32' ? new Float32Array(copy) : dtype === 'bool' ? new Uint8Array(copy) : new Int32Array(copy);
    return engine.makeTensor(values, shape, dtype);
  }
}

interface Stored {
  variables: { stored: StoredVariable; value: TensorLike }[];
  optimizers: { stored: StoredOptimizer; values: TensorLike[] }[];
}

/** What does not go together ends the training before it begins, since it would be another one than was asked for. */
class ResumeError extends Error {
  override readonly name = 'ResumeError';
}

/** Goes on from a checkpoint: weights before the first loss is computed, optimizers before their first update. */
export class Resume {
  private wanted: string | undefined;
  private file = '';
  private stored: Stored | undefined;
  private readonly done = new WeakSet<OptimizerLike>();
  private next = 0;

  constructor(private readonly training: Training) {
    this.wanted = training.session.settings.resume;
  }

  /** To be called before gradients are computed. */
  variables(engine: EngineLike): void {
    const { wanted, training } = this;
    if (wanted === undefined) return;
    this.wanted = undefined;
    this.file = wanted;
    training.outside(() => {
      const stored = this.reading(() => read(engine, wanted));
      this.reading(() => assignAll(stored, trainedVariables(training)));
      stored.variables.forEach(({ value }) => value.dispose());
      this.stored = stored;
      training.resumed = true;
    });
  }

  /** To be called before each update. */
  optimizer(engine: EngineLike, optimizer: OptimizerLike, gradients: NamedGradients): void {
    if (!this.stored || this.done.has(optimizer)) return;
    this.done.add(optimizer);
    const found = this.stored.optimizers[this.next++];
    if (!found) return;
    this.reading(() => {
      restore(engine, optimizer, found, namedGradients(gradients).length);
    });
  }

  private reading<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = text('The training cannot go on from the checkpoint {0}: {1}', this.file, why);
      const { session } = this.training;
      session.begin();
      session.send({ type: 'notice', level: 'warning', code: 'resume-failed', message });
      throw new ResumeError(formatText(message));
    }
  }
}

function read(engine: EngineLike, file: string): Stored {
  const model = fs.statSync(file).isDirectory() ? path.join(file, 'model.json') : file;
  const folder = path.dirname(model);
  if (fs.existsSync(path.join(folder, STATE_FILE))) return readState(engine, folder);
  const { weightsManifest } = JSON.parse(fs.readFileSync(model, 'utf8')) as {
    weightsManifest: { paths: string[]; weights: StoredVariable[] }[];
  };
  const parts = weightsManifest.flatMap(({ paths }) => paths.map((name) => fs.readFileSync(path.join(folder, name))));
  const numbers = new Numbers(Buffer.concat(parts));
  const variables = weightsManifest.flatMap(({ weights }) =>
    weights.map((stored) => ({ stored, value: engine.keep(numbers.take(engine, stored)) })),
  );
  return { variables, optimizers: [] };
}

function readState(engine: EngineLike, folder: string): Stored {
  const state = JSON.parse(fs.readFileSync(path.join(folder, STATE_FILE), 'utf8')) as StoredState;
  const numbers = new Numbers(fs.readFileSync(path.join(folder, STATE_BYTES)));
  // Read while the script may be in a scope of its own, needed after it.
  const take = (stored: StoredVariable): TensorLike => engine.keep(numbers.take(engine, stored));
  const variables = state.variables.map((stored) => ({ stored, value: take(stored) }));
  const optimizers = state.optimizers.map((stored) => ({
    stored,
    values: [...stored.single, ...stored.slots].map(take),
  }));
  return { variables, optimizers };
}

function shown({ name, shape, dtype }: StoredVariable): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

/** Checks all before it changes any. */
function assignAll({ variables }: Stored, targets: VariableLike[]): void {
  const byName = new Map(targets.map((variable) => [variable.name, variable]));
  const named = variables.every(({ stored }) => byName.has(stored.name));
  if (!named && variables.length !== targets.length) {
    const missing = variables.filter(({ stored }) => !byName.has(stored.name)).map(({ stored }) => shown(stored));
    throw new Error(
      `it has ${variables.length} weights and the model ${targets.length}; not in the model: ${missing.join(', ')}`,
    );
  }
  const pairs = variables.map(({ stored, value }, index) => ({
    stored,
    value,
    variable: (named ? byName.get(stored.name) : targets[index]) as VariableLike,
  }));
  const wrong = pairs.filter(({ stored, variable }) => !fits(stored, variable));
  if (wrong.length > 0) throw new Error(wrong.map(({ stored, variable }) => `${shown(stored)} does not fit ${shown(variable)}`).join('; '));
  for (const { variable, value } of pairs) variable.assign(value);
}

function fits(stored: StoredVariable, { shape, dtype }: VariableLike): boolean {
  return stored.dtype === dtype && stored.shape.join() === shape.join();
}

/** @param count of the variables that the optimizer updates */
function restore(
  engine: EngineLike,
  optimizer: OptimizerLike,
  { stored, values }: Stored['optimizers'][number],
  count: number,
): void {
  const name = optimizer.getClassName?.() ?? '';
  if (stored.name !== name) throw new Error(`its optimizer is ${stored.name}, the script’s is ${name}`);
  const lists = new Map<string, unknown[]>();
  const known = new Map(variablesOf(optimizer).single.map(({ property, variable }) => [property, variable]));
  stored.single.forEach(({ property }, i) => known.get(property)?.assign(values[i] as TensorLike));
  stored.slots.forEach(({ property, index, name: slot }, i) => {
    if (index >= count) throw new Error(`its optimizer holds ${slot}, which the script does not train`);
    const list = lists.get(property) ?? [];
    const value = values[stored.single.length + i] as TensorLike;
    list[index] = { originalName: slot, variable: engine.makeVariable(value, false) };
    lists.set(property, list);
  });
  values.forEach((value) => value.dispose());
  for (const [property, list] of lists) Reflect.set(optimizer, property, list);
  Reflect.set(optimizer, 'iterations_', stored.iterations);
}
