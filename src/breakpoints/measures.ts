/** The latest value of everything measured of one rank, for breakpoint expressions. */
import type { GatePlace } from '../protocol/inspection.js';
import { type ProbeMessage, SERIES, type Steps } from '../protocol/telemetry.js';
import { fromWire, toWire, type WireNumber } from '../protocol/values.js';
import { nameOf, type PLACE_NAMES } from './names.js';

type Place = (typeof PLACE_NAMES)[number];

export class Measures {
  private readonly values = new Map<string, number>();
  private bestLoss: number | undefined;
  private bestValidation: number | undefined;

  /** Of a series, or of a place: `step`, `epoch`, `batch`, `microBatch`, `best`. */
  readonly lookup = (series: string): number | undefined =>
    series === 'best' ? (this.bestValidation ?? this.bestLoss) : this.values.get(series);

  learn(message: ProbeMessage): void {
    if (message.type === 'steps') this.learnSteps(message);
    else if (message.type === 'validation') this.learnValidation(message.scalars);
    else if (message.type === 'metrics') this.learnValues(message.values, SERIES.metric);
    else if (message.type === 'resources') this.learnValues(message.values, '');
  }

  /** What is measured of a step whose update waits, and where training is. */
  arrive(place: GatePlace): void {
    this.learnValues(place.scalars, '');
    for (const name of ['step', 'epoch', 'batch', 'microBatch'] as const) this.put(name, place[name]);
  }

  /** By the names that expressions use, those that have a value. */
  named(): Record<string, WireNumber> {
    const best = this.lookup('best');
    const all = [...this.values, ...(best === undefined ? [] : [['best', best] as const])];
    return Object.fromEntries(all.map(([series, value]) => [nameOf(series), toWire(value)]));
  }

  private put(place: Place, value: number | undefined): void {
    if (value === undefined) this.values.delete(place);
    else this.values.set(place, value);
  }

  private learnSteps({ first, time, epoch, scalars }: Steps): void {
    for (const series of Object.keys(scalars)) {
      const value = lastOf(scalars[series] ?? []);
      if (value !== undefined) this.values.set(series, value);
    }
    for (const value of scalars[SERIES.loss] ?? [])
      if (value !== null) this.bestLoss = least(this.bestLoss, fromWire(value));
    this.values.set('step', first + time.length - 1);
    const last = epoch?.at(-1);
    if (last !== undefined) this.values.set('epoch', last);
  }

  private learnValidation(scalars: Record<string, WireNumber>): void {
    this.learnValues(scalars, '');
    const loss = scalars[SERIES.validationLoss];
    if (loss !== undefined) this.bestValidation = least(this.bestValidation, fromWire(loss));
  }

  private learnValues(values: Record<string, WireNumber>, prefix: string): void {
    for (const name of Object.keys(values)) {
      const value = values[name];
      if (value !== undefined) this.values.set(prefix + name, fromWire(value));
    }
  }
}

function lastOf(values: readonly (WireNumber | null)[]): number | undefined {
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) return fromWire(value);
  }
  return undefined;
}

function least(known: number | undefined, value: number): number | undefined {
  if (!Number.isFinite(value)) return known;
  return known === undefined ? value : Math.min(known, value);
}
