import type { OptimizerSeen } from '../../protocol/telemetry.js';
import { toWire, type SourceLine, type WireNumber } from '../../protocol/values.js';
import type { OptimizerLike } from './tensorflow.js';

export interface OptimizerRecord {
  /** In order of the first steps: one that is built and never used is not the first. */
  id: number;
  name: string;
  source: SourceLine | undefined;
  /** Names of the variables it has been seen to update. */
  variables: Set<string>;
  /** Whether the engine knows it as it is now. */
  said: boolean;
}

type Options = Record<string, WireNumber | boolean | string | null>;

/** Set by the call, so that the learning rate is the one that is used, not the one it was built with. */
export function learningRate(optimizer: OptimizerLike): number | undefined {
  return typeof optimizer.learningRate === 'number' ? optimizer.learningRate : undefined;
}

function optionsOf(optimizer: OptimizerLike): Options {
  const options: Options = {};
  for (const [name, value] of Object.entries(optimizer.getConfig?.() ?? {})) {
    if (typeof value === 'number') options[name] = toWire(value);
    else if (typeof value === 'string' || typeof value === 'boolean' || value === null) options[name] = value;
  }
  const rate = options['learningRate'];
  if (rate !== undefined) {
    delete options['learningRate'];
    options['lr'] = rate;
  }
  return options;
}

function nameOf(optimizer: OptimizerLike): string {
  return optimizer.getClassName?.() ?? optimizer.constructor.name;
}

/** The optimizers of the process, in order of construction. */
export class Optimizers {
  private readonly records = new WeakMap<OptimizerLike, OptimizerRecord>();
  private count = 0;
  /** The first that was built, until any takes a step; it outlives the script’s own hold of it. */
  idle: OptimizerLike | undefined;
  private readonly all: OptimizerRecord[] = [];
  private readonly objects: WeakRef<OptimizerLike>[] = [];

  /** Whether some have not taken a step yet. */
  get wait(): boolean {
    return this.all.some(({ variables }) => variables.size === 0);
  }

  /** In order of construction. */
  living(): OptimizerLike[] {
    return this.objects.map((object) => object.deref()).filter((object) => object !== undefined);
  }

  record(optimizer: OptimizerLike, source?: SourceLine): OptimizerRecord {
    let record = this.records.get(optimizer);
    if (!record) {
      record = { id: NaN, name: nameOf(optimizer), source, variables: new Set(), said: false };
      this.records.set(optimizer, record);
      if (this.all.length === 0) this.idle = optimizer;
      this.all.push(record);
      this.objects.push(new WeakRef(optimizer));
    }
    return record;
  }

  /** The record of an optimizer that takes a step. */
  stepping(optimizer: OptimizerLike): OptimizerRecord {
    const record = this.record(optimizer);
    this.idle = undefined;
    if (Number.isNaN(record.id)) record.id = this.count++;
    return record;
  }
}

/** What is to be said of an optimizer at one of its steps. */
export function optimizerSeen(
  optimizer: OptimizerLike,
  record: OptimizerRecord,
  stepSource: SourceLine | undefined,
): OptimizerSeen {
  return {
    type: 'optimizer',
    id: record.id,
    name: record.name,
    ...(record.source && { source: record.source }),
    ...(stepSource && { stepSource }),
    groups: [{ parameters: record.variables.size, options: optionsOf(optimizer) }],
  };
}
