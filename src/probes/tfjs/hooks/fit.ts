import { toWire, type WireNumber } from '../../../protocol/values.js';
import { callSite } from '../callSite.js';
import { currentFit, runInFit, type FitContext } from '../fitContext.js';
import type { ModelLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { metricSeries } from '../validation.js';
import { currentEngine } from './engine.js';
import { hookEvaluate } from './evaluate.js';
import { hookBatches } from './fitBatches.js';
import { dataOf, isGiven, planOf, type FitArguments } from './fitData.js';
import { sayLoaders } from './fitLoaders.js';
import { wrap } from './wrap.js';

type Logs = Record<string, unknown>;

interface Callbacks {
  onEpochBegin?(epoch: number, logs?: Logs): void;
  onEpochEnd?(epoch: number, logs?: Logs): void;
}

export type CustomCallbackClass = new (callbacks: object, yieldEvery?: unknown) => object;

/** Hooks what trains and evaluates a model of layers. */
export function hookFit(training: Training, prototype: ModelLike, callback: CustomCallbackClass): void {
  wrap<Fit>(prototype, 'fit', (original) => {
    return function (this: ModelLike, x, y, args = {}): unknown {
      return fitting(training, this, callback, args, x, (ours) => original.call(this, x, y, ours));
    };
  });
  wrap<FitDataset>(prototype, 'fitDataset', (original) => {
    return function (this: ModelLike, dataset, args): unknown {
      return fitting(training, this, callback, args, dataset, (ours) => original.call(this, dataset, ours));
    };
  });
  wrap<Method>(prototype, 'trainOnBatch', (original) => {
    return function (this: ModelLike, ...args): unknown {
      if (currentFit()) return original.apply(this, args);
      training.measure('layers', () => training.models.used(this));
      return runInFit({ model: this, source: callSite(), epoch: 0, validates: false }, () =>
        original.apply(this, args),
      );
    };
  });
  for (const name of ['evaluate', 'evaluateDataset']) hookEvaluate(training, prototype, name);
  hookBatches(training, prototype);
}

type Method = (this: ModelLike, ...args: unknown[]) => unknown;
type Fit = (this: ModelLike, x: unknown, y: unknown, args?: FitArguments) => unknown;
type FitDataset = (this: ModelLike, dataset: unknown, args: FitArguments) => unknown;

function fitting(
  training: Training,
  model: ModelLike,
  callback: CustomCallbackClass,
  args: FitArguments,
  x: unknown,
  run: (args: FitArguments) => unknown,
): unknown {
  if (currentFit()) return run(args);
  const context: FitContext = {
    model,
    source: undefined,
    epoch: args.initialEpoch ?? 0,
    validates: isGiven(args.validationData) || (args.validationSplit ?? 0) > 0,
  };
  const ours = training.measure('fit', () => {
    context.source = callSite();
    training.models.used(model);
    training.session.begin();
    training.session.send(planOf(args, x));
    sayLoaders(training, { ...dataOf(args, x), source: context.source });
    return { ...args, callbacks: withOurs(args, callback, observer(training, context)) };
  });
  return runInFit(context, () => run(ours ?? args));
}

function isCallback(value: unknown): boolean {
  return typeof (value as { setModel?: unknown } | null)?.setModel === 'function';
}

/**
 * Adds a callback of ours to the user's. `fit` makes callbacks of plain objects only when none is an instance, so
 * that is done here for it; the user's own still decide how often `fit` yields, ours never does.
 */
function withOurs(
  { callbacks, yieldEvery }: FitArguments,
  Callback: CustomCallbackClass,
  ours: Callbacks,
): object[] {
  const given: unknown[] = !isGiven(callbacks) ? [{}] : Array.isArray(callbacks) ? callbacks : [callbacks];
  const asInstances = isCallback(given[0])
    ? (given as object[])
    : given.map((plain) => new Callback(plain as object, yieldEvery));
  return [...asInstances, new Callback(ours, 'never')];
}

function observer(training: Training, context: FitContext): Callbacks {
  return {
    onEpochBegin: (epoch) => {
      context.epoch = epoch;
      training.interrupt();
    },
    onEpochEnd: (epoch, logs = {}) => {
      training.measure('epochs', () => epochEnded(training, context, epoch, logs));
      training.gates.validation(currentEngine());
    },
  };
}

function wireOf(value: unknown): WireNumber | undefined {
  return typeof value === 'number' ? toWire(value) : undefined;
}

function epochEnded(training: Training, context: FitContext, epoch: number, logs: Logs): void {
  const step = training.step;
  const time = training.session.now();
  const values: Record<string, WireNumber> = {};
  const validation: Record<string, WireNumber> = {};
  for (const [name, value] of Object.entries(logs)) {
    const wire = wireOf(value);
    if (wire === undefined) continue;
    if (name.startsWith('val_')) validation[`validation/${metricSeries(name.slice(4))}`] = wire;
    else values[name] = wire;
  }
  training.flush();
  training.session.send({ type: 'metrics', step, time, values });
  if (Object.keys(validation).length > 0) {
    const source = context.source && { source: context.source };
    const mode = { trainingMode: false, gradients: false };
    training.validated({
      type: 'validation',
      step,
      time,
      epoch,
      batches: 0,
      scalars: validation,
      mode,
      ...source,
    });
    training.measure('overlap', () => training.validations.tellOverlap(context.source, true));
  }
  training.session.send({ type: 'epoch', epoch, step, time });
  training.interrupt();
}
