/** What a gate says of a step, in the form in which it is said. */
import type { GatePlace } from '../../protocol/inspection.js';
import { toWire } from '../../protocol/values.js';
import { stepScalars, suffixed, type OpenStep, type Scalars } from './stepScalars.js';
import type { NamedGradients, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';
import { namedGradients } from './travel/snapshots.js';

export function byName(gradients: NamedGradients): Map<string, TensorLike> {
  const named = namedGradients(gradients);
  return new Map(named.flatMap(({ name, tensor }) => (tensor ? [[name, tensor] as const] : [])));
}

export function wired(scalars: Scalars): GatePlace['scalars'] {
  return Object.fromEntries(
    Object.entries(scalars).flatMap(([name, value]) => (value === undefined ? [] : [[name, toWire(value)]])),
  );
}

/** What is known of a step whose update is not applied; times are not, since it is not over. */
export function scalarsAtGate(training: Training, open: OpenStep): Scalars {
  const { record, measure } = open;
  const now = training.clock();
  const all = {
    ...stepScalars(open, training.losses.series(record.id), now, undefined),
    ...suffixed(measure ? { gradNorm: measure.gradNorm } : {}, record.id),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('time/')));
}
