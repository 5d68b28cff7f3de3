import type { EngineLike, VariableLike } from './tensorflow.js';
import type { Models } from './models.js';
import type { OptimizerRecord } from './optimizers.js';
import type { Session } from './session.js';

/** Every variable that an optimizer has updated, in the order in which the engine was told of them. */
export class Parameters {
  private readonly variables = new Map<string, WeakRef<VariableLike>>();
  private readonly optimizers = new Map<string, number>();
  private order: string[] = [];

  constructor(
    private readonly session: Session,
    private readonly models: Models,
  ) {}

  get count(): number {
    return this.order.length;
  }

  names(): string[] {
    return this.order;
  }

  living(): VariableLike[] {
    return this.order
      .map((name) => this.variables.get(name)?.deref())
      .filter((variable) => variable !== undefined);
  }

  /** Takes in what an optimizer is about to update; says the tables again when there is anything new. */
  update(engine: EngineLike, record: OptimizerRecord, names: string[]): void {
    const fresh = names.filter((name) => !record.variables.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) {
      record.variables.add(name);
      record.said = false;
      const variable = engine.registeredVariables[name];
      if (!variable) continue;
      this.variables.set(name, new WeakRef(variable));
      this.optimizers.set(name, record.id);
    }
    this.order = [...this.variables.keys()];
    this.say(engine.backendName);
  }

  /** Values for all parameters from those of some. */
  spread(names: string[], values: number[]): number[] {
    const byName = new Map(names.map((name, index) => [name, values[index]]));
    return this.order.map((name) => byName.get(name) ?? NaN);
  }

  private say(device: string): void {
    const optimizerOf = (name: string): number => this.optimizers.get(name) ?? -1;
    const [layers, parameters] = this.models.tables(this.living(), optimizerOf, device);
    this.session.send(layers);
    this.session.send(parameters);
  }
}
