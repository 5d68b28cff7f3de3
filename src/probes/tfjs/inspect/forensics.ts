import type { Forensics, ModuleRange } from '../../../protocol/inspection.js';
import { text, toWire, type Text } from '../../../protocol/values.js';
import type { KernelRun } from '../forward/kernelLog.js';
import { OriginSearch, type Origin } from '../forward/origin.js';
import { rangeOf } from '../measures/ranges.js';
import { valuesOf } from '../measures/values.js';
import type { Look } from '../requests.js';
import type { EngineLike, LayerLike, TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { RequestError } from './error.js';

/** Where the first value that is not finite of the step in progress comes from; null where all are finite. */
export function forensics(training: Training, look: Look): Forensics | null {
  const { kept } = training.forward;
  if (!kept)
    throw new RequestError(text('What this step computed was not kept: it is from the next step on.'));
  const { engine } = look;
  const loss = kept.runs.filter(({ backward }) => !backward).at(-1)?.outputs ?? [];
  const origin = new OriginSearch(engine, kept).find([...loss, ...look.gradients.values()]);
  if (!origin) return null;
  const modules = modulesUpTo(training, engine, kept.runs, origin.layer);
  const offending =
    origin.layer && origin.direction !== 'loss'
      ? modules.findIndex((module) => module.layer === origin.layer)
      : -1;
  const source = (origin.layer && training.models.sourceOf(origin.layer)) ?? origin.source;
  return {
    direction: origin.direction,
    offending,
    modules: modules.map(({ range }) => range),
    ...(origin.operation !== undefined && { operation: origin.operation }),
    ...(source && { source }),
    why: why(training, origin),
  };
}

interface Ran {
  layer: LayerLike;
  range: ModuleRange;
}

/** Layers in the order they ran, the offending one last. */
function modulesUpTo(
  training: Training,
  engine: EngineLike,
  runs: KernelRun[],
  last: LayerLike | undefined,
): Ran[] {
  const grouped = new Map<LayerLike, KernelRun[]>();
  for (const run of runs) {
    if (run.backward || !run.layer) continue;
    grouped.set(run.layer, [...(grouped.get(run.layer) ?? []), run]);
  }
  const all = [...grouped].map(([layer, own]) => ({
    layer,
    range: rangeOfLayer(training, engine, layer, own),
  }));
  const end = all.findIndex(({ layer }) => layer === last);
  return end < 0 ? all : all.slice(0, end + 1);
}

function rangeOfLayer(
  training: Training,
  engine: EngineLike,
  layer: LayerLike,
  runs: KernelRun[],
): ModuleRange {
  const source = training.models.sourceOf(layer);
  return {
    name: training.models.nameOf(layer),
    kind: layer.getClassName(),
    ...(source && { source }),
    ...wire('input', engine, runs[0]?.inputs[0]),
    ...wire('output', engine, runs.at(-1)?.outputs[0]),
  };
}

function wire(
  side: 'input' | 'output',
  engine: EngineLike,
  tensor: TensorLike | undefined,
): Partial<ModuleRange> {
  if (tensor?.dtype !== 'float32') return {};
  try {
    const { min, max, nonFinite } = rangeOf(valuesOf(engine, tensor));
    const finite = Number.isNaN(min) ? {} : { [`${side}Min`]: toWire(min), [`${side}Max`]: toWire(max) };
    return { ...finite, [`${side}NonFinite`]: nonFinite };
  } catch {
    // Its memory was given back already.
    return {};
  }
}

function why(training: Training, origin: Origin): Text {
  const { direction, parameter, facts } = origin;
  if (direction === 'input')
    return text('The batch has {0} values that are not finite.', facts.inputNonFinite ?? 0);
  if (direction === 'parameter')
    return text(
      'The weight “{0}” has {1} values that are not finite.',
      parameter ?? '',
      facts.inputNonFinite ?? 0,
    );
  return whyComputed(direction, origin.operation ?? '', placeOf(training, origin), origin.facts);
}

function placeOf(training: Training, { layer }: Origin): string {
  return layer ? training.models.nameOf(layer) || layer.name : '';
}

/** Without the range of what went in, where no number of it was finite or its memory was given back. */
function whyComputed(
  direction: 'loss' | 'forward' | 'backward',
  operation: string,
  layer: string,
  { inputMin: min, inputMax: max, outputNonFinite: count = 0 }: Origin['facts'],
): Text {
  const span = min === undefined || max === undefined ? undefined : ([String(min), String(max)] as const);
  switch (direction) {
    case 'loss':
      return span
        ? text(
            '“{0}” in the loss made {1} values that are not finite of numbers from {2} to {3}.',
            operation,
            count,
            ...span,
          )
        : text('“{0}” in the loss made {1} values that are not finite.', operation, count);
    case 'backward':
      return span
        ? text(
            'The gradient of “{0}” in “{1}” has {2} values that are not finite; it was computed from numbers from {3} to {4}.',
            operation,
            layer,
            count,
            ...span,
          )
        : text('The gradient of “{0}” in “{1}” has {2} values that are not finite.', operation, layer, count);
    case 'forward':
      return span
        ? text(
            '“{0}” in “{1}” made {2} values that are not finite of numbers from {3} to {4}.',
            operation,
            layer,
            count,
            ...span,
          )
        : text('“{0}” in “{1}” made {2} values that are not finite.', operation, layer, count);
  }
}
