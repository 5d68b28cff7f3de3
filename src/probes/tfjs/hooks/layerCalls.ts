import { callSite } from '../callSite.js';
import { isTensor, type ClassOf, type Exports, type LayerLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { wrap } from './wrap.js';

type Method = (this: LayerLike, ...args: unknown[]) => unknown;

/**
 * Layers as they run. Every layer goes through `apply` at least once, when the model is put together; from then on the
 * `call` of its class is seen, which a model calls directly.
 */
export function hookLayerCalls(training: Training, layers: Exports): void {
  const Layer = (layers['layers'] as { Layer?: ClassOf<object> } | undefined)?.Layer;
  if (!Layer) return;
  wrap<Method>(Layer.prototype, 'apply', (original) => {
    return function (this: LayerLike, ...args): unknown {
      training.guarded('layers', () => {
        hookClass(training, this);
        locate(training, this);
      });
      return original.apply(this, args);
    };
  });
}

const met = new WeakSet<LayerLike>();

/** A layer of the script's own class is met where it is put to use for the first time. */
function locate(training: Training, layer: LayerLike): void {
  if (met.has(layer)) return;
  met.add(layer);
  if (!training.models.sourceOf(layer)) training.models.built(layer, callSite());
}

function hookClass(training: Training, layer: LayerLike): void {
  let owner: object | null = Object.getPrototypeOf(layer) as object | null;
  while (owner && !Object.hasOwn(owner, 'call')) owner = Object.getPrototypeOf(owner) as object | null;
  if (!owner) return;
  const { forward } = training;
  wrap<Method>(owner, 'call', (original) => {
    return function (this: LayerLike, ...args): unknown {
      const call = (): unknown => original.apply(this, args);
      return forward.watches && hasTensor(args[0]) ? forward.inLayer(this, args[0], call) : call();
    };
  });
}

function hasTensor(inputs: unknown): boolean {
  return isTensor(Array.isArray(inputs) ? inputs[0] : inputs);
}
