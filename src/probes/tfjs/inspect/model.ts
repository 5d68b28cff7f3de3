import type { Variable } from '../../../protocol/inspection.js';
import { text } from '../../../protocol/values.js';
import { childrenOf, weightsOf } from '../models.js';
import { isTensor, type EngineLike, type LayerLike, type TensorLike, type VariableLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import type { Look } from '../requests.js';
import { RequestError } from './error.js';
import { elements, histogram, isNumeric, sampleOf, statistics } from './tensors.js';
import { plain, short, type Context } from './values.js';
import { norms } from '../measures/norms.js';

/** The tree of models, layers and weights; variables that belong to no layer stand beside it. */
export class ModelTree {
  constructor(
    private readonly training: Training,
    private readonly look: Look,
    private readonly context: Context,
  ) {}

  root(): number {
    const { models, parameters } = this.training;
    const roots = models.living();
    const loose = parameters.living().filter((variable) => !models.hasOwner(variable));
    const [only] = roots;
    if (only && roots.length === 1 && loose.length === 0) return this.layerNode(only);
    if (!only && loose.length === 0) return 0;
    return this.context.references.add({
      named: () => [
        ...roots.map((root) => this.layer(root)),
        ...loose.map((variable) => this.weight(variable.name, variable)),
      ],
      set: (name, value) => this.setNamed(loose, name, value, (variable) => variable.name),
    });
  }

  private layer(layer: LayerLike): Variable {
    const count = weightsOf(layer).reduce((sum, { variable }) => sum + variable.size, 0);
    return {
      name: layer.name,
      value: `${layer.getClassName()}, ${count} parameters`,
      type: layer.getClassName(),
      reference: this.layerNode(layer),
    };
  }

  private layerNode(layer: LayerLike): number {
    return this.context.references.add({
      named: () => [
        ...childrenOf(layer).map((child) => this.layer(child)),
        ...this.own(layer).map(({ name, variable }) => this.weight(name, variable)),
      ],
      set: (name, value) => {
        const own = this.own(layer);
        const named = new Map(own.map((each) => [each.variable, each.name]));
        const variables = own.map(({ variable }) => variable);
        return this.setNamed(variables, name, value, (variable) => named.get(variable) ?? '');
      },
      nameOf: (name) => `${layer.name}/${name}`,
    });
  }

  /** Weights of the layer itself, not of layers in it. */
  private own(layer: LayerLike): { name: string; variable: VariableLike }[] {
    const inner = new Set(childrenOf(layer).flatMap(weightsOf).map(({ variable }) => variable));
    return weightsOf(layer)
      .filter(({ variable }) => !inner.has(variable))
      .map(({ name, variable }) => ({ name: name.split('/').at(-1) ?? name, variable }));
  }

  private setNamed(
    variables: VariableLike[],
    name: string,
    value: unknown,
    nameOf: (variable: VariableLike) => string,
  ): Variable {
    const variable = variables.find((each) => nameOf(each) === name);
    if (!variable) throw new RequestError(text('“{0}” cannot be set.', name));
    assign(this.look.engine, variable, value);
    return this.weight(name, variable);
  }

  private weight(name: string, variable: VariableLike): Variable {
    const { engine, gradients } = this.look;
    const gradient = gradients.get(variable.name);
    const { dtype, shape } = variable;
    const [norm] = isNumeric(variable) ? norms(engine, [variable]) : [];
    const [slope] = gradient ? norms(engine, [gradient]) : [];
    const value = [
      `${dtype} [${shape.join(', ')}]`,
      ...(norm === undefined ? [] : [`norm ${short(norm)}`]),
      ...(slope === undefined ? [] : [`gradient norm ${short(slope)}`]),
    ].join(', ');
    const named = (): Variable[] => this.facts(variable, gradient, slope);
    const reference = this.context.references.add({ named });
    return { name, value, type: 'Variable', reference, editable: true };
  }

  private facts(variable: VariableLike, gradient: TensorLike | undefined, slope?: number): Variable[] {
    const { engine } = this.look;
    const ratio = this.training.updateRatio(variable.name);
    return [
      plain('shape', `[${variable.shape.join(', ')}]`),
      plain('dtype', variable.dtype),
      plain('trainable', this.training.models.isTrainable(variable)),
      ...statistics(engine, variable),
      ...(slope === undefined ? [] : [plain('gradientNorm', short(slope))]),
      ...(gradient ? [plain('gradientHistogram', histogram(sampleOf(engine, gradient)))] : []),
      ...(ratio === undefined ? [] : [plain('updateRatio', short(ratio))]),
      ...elements(this.context, variable),
    ];
  }
}

/** Takes a tensor of the same shape, or a number for all of the elements. */
function assign(engine: EngineLike, variable: VariableLike, value: unknown): void {
  if (isTensor(value)) {
    variable.assign(value);
    return;
  }
  if (typeof value !== 'number')
    throw new RequestError(text('A weight takes a tensor of its shape, or a number for all of its elements.'));
  const filled = new Float32Array(variable.size).fill(value);
  const values = variable.dtype === 'float32' ? filled : Int32Array.from(filled);
  engine.tidy(() => {
    variable.assign(engine.makeTensor(values, variable.shape, variable.dtype));
  });
}
