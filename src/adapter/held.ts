/** The training while it is held: why and where, and what references of the client stand for until it goes on. */
import type { Forensics, GatePlace, ModuleRange, Roots } from '../protocol/inspection.js';
import type { Stop } from '../protocol/runApi.js';
import type { Context } from './context.js';
import { AdapterError } from './errors.js';
import type { Item } from './items.js';
import { References } from './references.js';

/** A frame of the stack that the client was shown. */
export type FrameEntry =
  | { kind: 'step'; rank: number }
  | { kind: 'module'; rank: number; range: ModuleRange }
  | { kind: 'code'; rank: number; id: number };

/** Something with children. */
export type ValueEntry =
  /** In the training; `path` are the names that lead there from the root, where it has one. */
  { kind: 'probe'; rank: number; reference: number; root?: keyof Roots; path: string[] } | ItemsEntry;

export interface ItemsEntry {
  kind: 'items';
  rank: number;
  items: () => Item[] | Promise<Item[]>;
  /** Stays valid when training goes on. */
  lasting?: boolean;
}

export class Held {
  readonly frames = new References<FrameEntry>();
  readonly values = new References<ValueEntry>();
  /** Where the non-finite value of this stop comes from, where there is one. */
  forensics: Promise<Forensics | null> = Promise.resolve(null);
  private current: Stop | null = null;

  constructor(private readonly context: Context) {}

  get stop(): Stop | null {
    return this.current;
  }

  hold(stop: Stop): void {
    this.letGo();
    this.current = stop;
  }

  /** The same stop with fewer ranks: what was shown of the others is still so. */
  shrink(stop: Stop): void {
    this.current = stop;
  }

  letGo(): void {
    this.current = null;
    this.forensics = Promise.resolve(null);
    this.frames.forget();
    this.values.forget();
  }

  /** Throws where the training, or this rank of it, is not held. */
  place(rank: number): GatePlace {
    if (this.current === null) throw this.notHeld();
    const held = this.current.ranks.find((one) => one.rank === rank);
    if (held === undefined) throw AdapterError.rankNotHeld(rank);
    return held.place;
  }

  require(): Stop {
    if (this.current === null) throw this.notHeld();
    return this.current;
  }

  frame(id: number): FrameEntry {
    const entry = this.frames.get(id);
    if (entry === undefined) throw AdapterError.stale();
    return entry;
  }

  value(reference: number): ValueEntry {
    const entry = this.values.get(reference);
    if (entry === undefined) throw AdapterError.stale();
    return entry;
  }

  private notHeld(): AdapterError {
    return this.context.run === undefined ? AdapterError.notStarted() : AdapterError.notHeld();
  }
}
