import type { LayersSeen, ParametersSeen } from '../../protocol/telemetry.js';
import type { SourceLine } from '../../protocol/values.js';
import type { Known } from './parameters.js';
import type { LayerLike, LayerWeight, ModelLike, VariableLike } from './tensorflow.js';

type LayerFacts = LayersSeen['layers'][number];

interface Place {
  layer: LayerLike;
  facts: LayerFacts;
}

/** Models and layers as they are built: which variable is whose, and where in the script each was made. */
export class Models {
  private readonly owners = new WeakMap<VariableLike, LayerLike>();
  private readonly sources = new WeakMap<LayerLike, SourceLine>();
  private roots: WeakRef<ModelLike>[] = [];
  /** Place of each layer in the table that was said last. */
  private indices = new WeakMap<LayerLike, { index: number; name: string }>();

  owns(layer: LayerLike, variable: VariableLike): void {
    this.owners.set(variable, layer);
  }

  built(layer: LayerLike, source: SourceLine | undefined): void {
    if (source && !this.sources.has(layer)) this.sources.set(layer, source);
  }

  /** Takes note of a model that is used. */
  used(model: ModelLike): void {
    const roots = this.living();
    if (roots.some((root) => root === model || contains(root, model))) return;
    this.roots = [...roots.filter((root) => !contains(model, root)), model].map((root) => new WeakRef(root));
  }

  sourceOf(layer: LayerLike): SourceLine | undefined {
    return this.sources.get(layer);
  }

  /** Index into the table of layers, -1 where it is not in it. */
  indexOf(layer: LayerLike): number {
    return this.indices.get(layer)?.index ?? -1;
  }

  /** Its name in the table of layers. */
  nameOf(layer: LayerLike): string {
    return this.indices.get(layer)?.name ?? layer.name;
  }

  living(): ModelLike[] {
    return this.roots.map((root) => root.deref()).filter((root) => root !== undefined);
  }

  /** The model that a variable belongs to. */
  modelOf(variable: VariableLike): ModelLike | undefined {
    const owner = this.owners.get(variable);
    return owner && this.living().find((root) => contains(root, owner));
  }

  /** Weights of the models that the given variables belong to, without the statistics of batch normalisation. */
  weightsAround(variables: VariableLike[]): VariableLike[] {
    const owners = variables
      .map((variable) => this.owners.get(variable))
      .filter((owner) => owner !== undefined);
    const roots = this.living().filter((root) => owners.some((owner) => contains(root, owner)));
    return roots
      .flatMap((root) => root.weights.map((weight) => weight.val ?? weight.read()))
      .filter((variable) => this.isWeight(variable));
  }

  hasOwner(variable: VariableLike): boolean {
    return this.owners.has(variable);
  }

  /** Whether the framework would train it. */
  isTrainable(variable: VariableLike): boolean {
    return variable.trainable && this.owners.get(variable)?.trainable !== false;
  }

  private isWeight(variable: VariableLike): boolean {
    const { _trainableWeights: weights } = (this.owners.get(variable) ?? {}) as Partial<Weights>;
    return weights?.some((weight) => weight.val === variable) ?? false;
  }

  /** Both tables for the given variables; layers outside of any known model are added as they are. */
  tables(
    variables: VariableLike[],
    known: (name: string) => Known | undefined,
    device: string,
  ): [LayersSeen, ParametersSeen] {
    const owners = variables.map((variable) => this.owners.get(variable));
    const places = this.places(owners.filter((owner) => owner !== undefined));
    const indexOf = new Map(places.map((place, index) => [place.layer, index]));
    this.indices = new WeakMap(
      places.map(({ layer, facts }, index) => [layer, { index, name: facts.name }] as const),
    );
    const parameters = variables.map((variable, index) => {
      const owner = owners[index];
      const { optimizer = -1, initial } = known(variable.name) ?? {};
      return {
        name: variable.name,
        shape: variable.shape,
        dtype: variable.dtype,
        device,
        layer: (owner && indexOf.get(owner)) ?? -1,
        optimizer,
        ...(!this.isTrainable(variable) && { requiresGrad: false }),
        ...(initial && { initial }),
      };
    });
    return [
      { type: 'layers', layers: places.map(({ facts }) => facts) },
      { type: 'parameters', parameters },
    ];
  }

  private places(owners: LayerLike[]): Place[] {
    const roots = this.living().filter((root) => owners.some((owner) => contains(root, owner)));
    const places = roots.flatMap((root) => this.tree(root, roots.length === 1 ? '' : root.name));
    const known = new Set(places.map((place) => place.layer));
    for (const owner of new Set(owners)) if (!known.has(owner)) places.push(this.place(owner, owner.name));
    return places;
  }

  private tree(layer: LayerLike, name: string): Place[] {
    const inner = childrenOf(layer).flatMap((child) =>
      this.tree(child, name === '' ? child.name : `${name}/${child.name}`),
    );
    return [this.place(layer, name), ...inner];
  }

  private place(layer: LayerLike, name: string): Place {
    const source = this.sources.get(layer);
    return { layer, facts: { name, kind: layer.getClassName(), ...(source && { source }) } };
  }
}

/** Weights that were made to be trained, whether they are or not. */
interface Weights {
  _trainableWeights: LayerWeight[];
}

interface Wrapping {
  /** The cell of a recurrent layer, the layer inside a `timeDistributed`, the two of a `bidirectional`. */
  cell?: LayerLike;
  cells?: LayerLike[];
  layer?: LayerLike;
  forwardLayer?: LayerLike;
  backwardLayer?: LayerLike;
}

export function childrenOf(layer: LayerLike): LayerLike[] {
  const { cell, cells, layer: inner, forwardLayer, backwardLayer } = layer as LayerLike & Wrapping;
  const wrapped = forwardLayer ? [forwardLayer, backwardLayer] : [inner, cell, ...(cells ?? [])];
  return [...(layer.layers ?? []), ...wrapped].filter((child): child is LayerLike => Boolean(child));
}

export interface NamedVariable {
  name: string;
  variable: VariableLike;
}

/** The weights of a layer or a model, in the order in which it gives them. */
export function weightsOf(layer: LayerLike): NamedVariable[] {
  const { weights } = layer as Partial<ModelLike>;
  return (weights ?? []).map((weight) => ({
    name: weight.originalName,
    variable: weight.val ?? weight.read(),
  }));
}

function contains(outer: LayerLike, layer: LayerLike): boolean {
  return (
    outer === layer || isInner(outer, layer) || childrenOf(outer).some((child) => contains(child, layer))
  );
}

/** A Sequential keeps its layers in a plain model inside, which is not another model to the user. */
function isInner(outer: LayerLike, layer: LayerLike): boolean {
  return (outer as Partial<ModelLike>).model === layer;
}
