/** Reading the tables of layers and parameters, and the arrays in their order. */
import type { LayersSeen, ParametersSeen } from '../protocol/telemetry.js';
import { type Base64Float32, decodeFloat32, type SourceLine } from '../protocol/values.js';
import type { RunFacts } from './rule.js';

export type Parameter = ParametersSeen['parameters'][number];

/** The numbers of a packed array; none where it is absent. */
export function unpack(packed: Base64Float32 | undefined): Float32Array {
  return packed === undefined ? new Float32Array(0) : decodeFloat32(packed);
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}

/** Weights of a linear map: biases and the scales of norm layers have one dimension. */
export function isMatrix({ shape }: Parameter): boolean {
  return shape.length >= 2 && sizeOf(shape) > 1;
}

export function isTrainable({ requiresGrad }: Parameter): boolean {
  return requiresGrad !== false;
}

export function parametersOf(facts: RunFacts): readonly Parameter[] {
  return facts.parameters?.parameters ?? [];
}

export function layerOf(facts: RunFacts, layer: number): LayersSeen['layers'][number] | undefined {
  return facts.layers?.layers[layer];
}

/** Where a layer was built. */
export function layerLine(facts: RunFacts, layer: number): SourceLine | undefined {
  return layerOf(facts, layer)?.source;
}

/** Layers that ran in training, as last measured, in the order of their first call. */
export function layersThatRan(facts: RunFacts): readonly number[] {
  return facts.activations?.layers.map(({ layer }) => layer).filter((layer) => layer >= 0) ?? [];
}

/** A variable of no layer: TensorFlow.js tells it when the loss was computed with it. */
export function isOwnVariable({ layer }: Parameter, facts: RunFacts): boolean {
  return layer < 0 && facts.hello?.framework === 'tfjs';
}

const FEWEST_COPIES = 2;

/** Whether each of these weights could be a copy of another one that is trained, by their shapes. */
export function areCopies(some: readonly Parameter[], trained: readonly Parameter[]): boolean {
  if (some.length < FEWEST_COPIES) return false;
  const shapes = trained.map(({ shape }) => shape.join('x'));
  return some.every(({ shape }) => {
    const same = shapes.indexOf(shape.join('x'));
    if (same >= 0) shapes.splice(same, 1);
    return same >= 0;
  });
}

/** Whether weights were loaded before training began, as in fine-tuning and resuming. */
export function isResumed(facts: RunFacts): boolean {
  return facts.losses.some(({ resumed }) => resumed === true);
}

/** Losses of several optimizers rise and fall against each other. */
export function isAdversarial(facts: RunFacts): boolean {
  return new Set(facts.losses.map(({ optimizer }) => optimizer)).size > 1;
}

const FEWEST_TWIN_PARAMETERS = 3;

/** By the first part of their name: the parameters of each branch of the model, as they are within it. */
function branches(parameters: readonly Parameter[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, shape } of parameters) {
    const [head = '', ...rest] = name.split('.');
    const inside = `${rest.join('.')}:${shape.join('x')}`;
    found.set(head, [...(found.get(head) ?? []), inside]);
  }
  return found;
}

/**
 * Branches built like another one: a target network, a moving average, a teacher of the student's shape. They follow
 * the other by copies, not by gradients.
 */
export function twins(parameters: readonly Parameter[]): ReadonlySet<string> {
  const shapes = [...branches(parameters)].filter(([, inside]) => inside.length >= FEWEST_TWIN_PARAMETERS);
  const count = new Map<string, number>();
  const keyOf = (inside: readonly string[]) => inside.join(' ');
  for (const [, inside] of shapes) count.set(keyOf(inside), (count.get(keyOf(inside)) ?? 0) + 1);
  return new Set(shapes.filter(([, inside]) => (count.get(keyOf(inside)) ?? 0) > 1).map(([head]) => head));
}

/** Name of the branch a parameter is in. */
export function branchOf({ name }: Parameter): string {
  return name.split('.')[0] ?? '';
}

/** Name of the layer that a parameter belongs to. */
export function ownerName(facts: RunFacts, { name, layer }: Parameter): string {
  const owner = layerOf(facts, layer)?.name;
  return owner || name.split('.').slice(0, -1).join('.') || name;
}
