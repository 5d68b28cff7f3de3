import { callSite } from '../callSite.js';
import {
  isTensor,
  type ClassOf,
  type Exports,
  type LayerLike,
  type LayerWeight,
  type ModelLike,
  type TensorLike,
} from '../tensorflow.js';
import type { Training } from '../training.js';
import { observeLoss } from './lossCalls.js';
import { currentEngine } from './engine.js';
import { hookLayerCalls } from './layerCalls.js';
import { hookFit, type CustomCallbackClass } from './fit.js';
import { wrap, wrapAll } from './wrap.js';

/** Hooks `@tensorflow/tfjs-layers`, once it is loaded. */
export function hookLayers(training: Training, layers: Exports): void {
  hookWeights(training, layers);
  hookLayerCalls(training, layers);
  hookConstruction(training, layers);
  hookMetrics(training, layers);
  hookLoading(training, layers, 'loadLayersModel');
  const callback = layers['CustomCallback'] as CustomCallbackClass;
  for (const name of ['LayersModel', 'Sequential']) {
    const { prototype } = layers[name] as ClassOf<ModelLike>;
    hookCompile(training, prototype);
    hookLoading(training, prototype, 'loadWeights');
    hookLoading(training, prototype, 'setWeights');
    hookCalls(training, prototype);
    hookFit(training, prototype, callback);
  }
}

/** Which variable is which layer's. */
function hookWeights(training: Training, layers: Exports): void {
  const Layer = (layers['layers'] as { Layer?: ClassOf<object> } | undefined)?.Layer;
  if (!Layer) return;
  wrap<(this: LayerLike, ...args: unknown[]) => LayerWeight>(Layer.prototype, 'addWeight', (original) => {
    return function (this: LayerLike, ...args): LayerWeight {
      const weight = original.apply(this, args);
      training.measure('layers', () => {
        const variable = weight.val ?? weight.read?.();
        if (variable) training.models.owns(this, variable);
      });
      return weight;
    };
  });
}

type Make = (...args: unknown[]) => LayerLike;

/** Where each layer and model is built in the script. */
function hookConstruction(training: Training, exports: Exports): void {
  const located = (original: Make): Make =>
    function (this: unknown, ...args): LayerLike {
      const made = original.apply(this, args);
      training.measure('layers', () => training.models.built(made, callSite()));
      return made;
    };
  exports['layers'] = wrapAll<Make>(exports['layers'] as object, located);
  for (const name of ['sequential', 'model']) wrap<Make>(exports, name, located);
}

const METRIC_LOSSES = new Set([
  'binaryCrossentropy',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
  'meanAbsoluteError',
  'meanSquaredError',
]);

/** `tf.metrics.meanSquaredError(…)` and the like serve as loss functions too. */
function hookMetrics(training: Training, exports: Exports): void {
  if (typeof exports['metrics'] !== 'object' || exports['metrics'] === null) return;
  exports['metrics'] = wrapAll<(...args: unknown[]) => unknown>(exports['metrics'], (original, name) =>
    METRIC_LOSSES.has(name)
      ? function (this: unknown, ...args): unknown {
          return observeLoss(training, name, args, () => original.apply(this, args));
        }
      : original,
  );
}

/** What learned before is not expected to begin as what knows nothing. */
function hookLoading(training: Training, target: object, name: string): void {
  wrap<(...args: unknown[]) => unknown>(target, name, (original) => {
    return function (this: unknown, ...args): unknown {
      training.resumed ||= training.step === 0;
      return original.apply(this, args);
    };
  });
}

/** The loss functions a model was compiled with, by which `fit` computes its loss. */
function hookCompile(training: Training, prototype: ModelLike): void {
  wrap<(this: ModelLike, ...args: unknown[]) => void>(prototype, 'compile', (original) => {
    return function (this: ModelLike, ...args): void {
      original.apply(this, args);
      training.measure('loss function', () => observeLosses(training, this));
    };
  });
}

const observed = new WeakSet<object>();

function observeLosses(training: Training, model: ModelLike): void {
  if (!model.lossFunctions) return;
  model.lossFunctions = model.lossFunctions.map((original) => {
    if (observed.has(original)) return original;
    // The published bundles number functions whose names meet: categoricalCrossentropy$2.
    const name = original.name.replace(/\$\d+$/, '');
    const observing = (target: TensorLike, output: TensorLike): TensorLike => {
      return observeLoss(training, name, [target, output], () => original(target, output));
    };
    Object.defineProperty(observing, 'name', { value: original.name });
    observed.add(observing);
    return observing;
  });
}

function tensorsOf(value: unknown): TensorLike[] {
  return (Array.isArray(value) ? value : [value]).filter(isTensor);
}

/** Models as they are called, which shows what they are part of and what their input looks like. */
function hookCalls(training: Training, prototype: ModelLike): void {
  for (const name of ['apply', 'predict', 'call']) {
    wrap<(this: ModelLike, ...args: unknown[]) => unknown>(prototype, name, (original) => {
      return function (this: ModelLike, ...args): unknown {
        if (training.held) return original.apply(this, args);
        training.measure('layers', () => {
          training.models.used(this);
          const engine = currentEngine();
          if (engine)
            training.evaluations.modelCalled(engine, tensorsOf(args[0]), modeOf(this, name, args[1]));
        });
        return original.apply(this, args);
      };
    });
  }
}

/** Layers that behave otherwise in training. */
const TWO_MODES =
  /^(?:AlphaDropout|BatchNormalization|Dropout|GaussianDropout|GaussianNoise|SpatialDropout1D)$/;

/** Whether a model with such layers is called as in training; undefined for one without. */
function modeOf(model: ModelLike, method: string, options: unknown): boolean | undefined {
  if (!hasTwoModes(model)) return undefined;
  const { training } = (options ?? {}) as { training?: unknown };
  return method !== 'predict' && training === true;
}

function hasTwoModes(layer: LayerLike): boolean {
  return TWO_MODES.test(layer.getClassName()) || (layer.layers ?? []).some(hasTwoModes);
}
