import type { ParametersSeen } from '../../protocol/telemetry.js';
import { toWire } from '../../protocol/values.js';
import { rangeOf } from './measures/ranges.js';
import { valuesOf } from './measures/values.js';
import type { Models } from './models.js';
import type { OptimizerRecord } from './optimizers.js';
import type { Session } from './session.js';
import type { EngineLike, VariableLike } from './tensorflow.js';

type Facts = ParametersSeen['parameters'][number];

export interface Known {
  optimizer: number;
  initial: Facts['initial'];
  variable: WeakRef<VariableLike>;
}

/** Steps after which a variable that no optimizer holds is told; where another optimizer is still to begin. */
const PATIENCE = 3;
const LONG_PATIENCE = 10;

/** What one step is about. */
export interface Updated {
  record: OptimizerRecord;
  step: number;
  /** Names of the variables it updates. */
  applied: string[];
  /** Names of those that gradients were asked for. */
  held: Set<string>;
  /** Variables that its loss was computed with. */
  used: VariableLike[];
  /** Whether other optimizers were built that have not taken a step. */
  othersWait: boolean;
}

/** Every variable that is trained or could be, in the order in which the engine was told of them. */
export class Parameters {
  private readonly known = new Map<string, Known>();
  private order: string[] = [];
  private patient = true;

  constructor(
    private readonly session: Session,
    private readonly models: Models,
  ) {}

  living(): VariableLike[] {
    return [...this.known.values()]
      .map(({ variable }) => variable.deref())
      .filter((variable) => variable !== undefined);
  }

  /** Takes in what an optimizer is about to update; says the tables again when there is anything new. */
  update(engine: EngineLike, updated: Updated): void {
    const { record, applied, step, othersWait } = updated;
    const fresh = applied.filter((name) => !record.variables.has(name));
    const runsOut = this.patient && step >= (othersWait ? LONG_PATIENCE : PATIENCE);
    if (fresh.length === 0 && !runsOut) return;
    if (runsOut) this.patient = false;
    for (const name of fresh) {
      record.variables.add(name);
      record.said = false;
      const variable = engine.registeredVariables[name];
      if (variable) this.add(engine, variable, record.id);
    }
    const before = this.known.size;
    this.addOthers(engine, updated);
    if (fresh.length === 0 && this.known.size === before) return;
    this.order = [...this.known.keys()];
    this.say(engine.backendName);
  }

  /** Values for all parameters from those of some. */
  spread(names: string[], values: number[]): number[] {
    const byName = new Map(names.map((name, index) => [name, values[index]]));
    return this.order.map((name) => byName.get(name) ?? NaN);
  }

  private add(engine: EngineLike, variable: VariableLike, optimizer: number): void {
    // Told before as not trained: it still is as it was in the beginning.
    const initial = this.known.get(variable.name)?.initial ?? momentsOf(engine, variable);
    this.known.set(variable.name, { optimizer, initial, variable: new WeakRef(variable) });
  }

  /** Weights that take part in the loss without being updated: frozen, without a gradient, or in no optimizer. */
  private addOthers(engine: EngineLike, { record, held, used }: Updated): void {
    const own = used.filter((variable) => variable.trainable && !this.models.hasOwner(variable));
    for (const variable of [...this.models.weightsAround(this.living()), ...own]) {
      if (this.known.has(variable.name)) continue;
      const isHeld = held.has(variable.name);
      if (isHeld || !this.patient || !this.models.isTrainable(variable))
        this.add(engine, variable, isHeld ? record.id : -1);
    }
  }

  private say(device: string): void {
    const [layers, parameters] = this.models.tables(this.living(), (name) => this.known.get(name), device);
    this.session.send(layers);
    this.session.send(parameters);
  }
}

function momentsOf(engine: EngineLike, variable: VariableLike): Facts['initial'] {
  if (variable.dtype !== 'float32' || variable.size === 0) return undefined;
  const { mean, std } = rangeOf(valuesOf(engine, variable));
  return { mean: toWire(mean), std: toWire(std) };
}
