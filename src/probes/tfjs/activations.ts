import type { ActivationMeasures } from '../../protocol/telemetry.js';
import type { SourceLine } from '../../protocol/values.js';
import { measureOutput, type Output } from './measures/activations.js';
import type { EngineLike, LayerLike, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';

/** Activations that scripts call as functions. */
const FUNCTIONS: Record<string, string> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Tanh: 'tanh',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  Elu: 'elu',
  Selu: 'selu',
  LeakyRelu: 'leakyRelu',
};

interface Seen extends Output {
  owner: LayerLike | undefined;
  source: SourceLine | undefined;
}

/** What layers and activation functions put out at the steps that are sampled. */
export class Activations {
  private seen: Seen[] = [];
  private readonly owners = new Set<LayerLike>();

  constructor(private readonly training: Training) {}

  /** Looks at the forward pass that begins, if it is the turn of its step. */
  begin(engine: EngineLike): void {
    const { forward, samplers } = this.training;
    if (this.seen.length > 0 || !samplers.due('activations')) return;
    forward.onLayer = (layer, _inputs, output) => {
      if (this.owners.has(layer)) return;
      this.owners.add(layer);
      this.see(engine, output, kindOf(layer), layer, this.training.models.sourceOf(layer));
    };
    forward.onKernel = ({ kernel, outputs, source }) => {
      const kind = FUNCTIONS[kernel];
      if (kind !== undefined && outputs[0]) this.see(engine, outputs[0], kind, undefined, source);
    };
  }

  /** The measures of the step that ends. */
  take(step: number, time: number): ActivationMeasures | undefined {
    const { seen, training } = this;
    this.seen = [];
    this.owners.clear();
    if (seen.length === 0) return undefined;
    const layers = seen.map(({ owner, source, ...output }) => ({
      layer: owner ? training.models.indexOf(owner) : -1,
      ...(source && { source }),
      ...output,
    }));
    return { type: 'activations', step, time, layers };
  }

  private see(
    engine: EngineLike,
    tensor: TensorLike,
    kind: string,
    owner: LayerLike | undefined,
    source: SourceLine | undefined,
  ): void {
    if (tensor.dtype !== 'float32' || tensor.size === 0) return;
    const { samplers } = this.training;
    this.training.measure('activations', () =>
      samplers.cost('activations', () => {
        this.seen.push({ ...measureOutput(engine, tensor, kind), owner, source });
      }),
    );
  }
}

interface Activated {
  activation?: { getClassName?(): string };
  cell?: unknown;
}

/** The activation that a layer ends with, else its class. What a recurrent layer puts out is a product of several. */
function kindOf(layer: LayerLike): string {
  const { activation, cell } = layer as LayerLike & Activated;
  const name = cell ? undefined : activation?.getClassName?.();
  return name === undefined || name === 'linear' ? layer.getClassName() : name;
}
