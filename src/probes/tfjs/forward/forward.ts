import type { SourceLine } from '../../../protocol/values.js';
import { callSite } from '../callSite.js';
import { isTensor, type EngineLike, type LayerLike, type TensorLike } from '../tensorflow.js';
import { KernelLog, type KernelRun } from './kernelLog.js';

/** Kinds of evaluations whose operations are looked up in the script, and operations of each. */
const MAX_KINDS = 8;
const MAX_LOCATED = 2000;

type Ran = (layer: LayerLike, inputs: unknown, output: TensorLike) => void;

/**
 * Sees what is computed for one loss and its gradient: operations, and the layers they are in. Where an operation is
 * in the script is looked up at the first evaluation of its kind only; later ones run the same operations in order.
 */
export class Forward {
  log: KernelLog | undefined;
  private backward = false;
  private losses = 0;
  private readonly stack: LayerLike[] = [];
  private readonly leaf: boolean[] = [];
  private readonly kinds = new Map<string, (SourceLine | undefined)[]>();
  private places: (SourceLine | undefined)[] = [];
  private locating = false;

  /** Whether the operations of a loss stay readable until the next one, for a training that may be held. */
  keeps = false;
  /** What was computed for the last loss, while that is kept. */
  kept: KernelLog | undefined;

  /** Called with each layer without layers of its own, when it has run. */
  onLayer: Ran | undefined;
  /** Called with each operation outside of any layer and loss function. */
  onKernel: ((run: KernelRun) => void) | undefined;

  /** @param kind tells evaluations of different losses apart */
  begin(engine: EngineLike, kind: string): void {
    this.end();
    this.log = new KernelLog(engine);
    this.backward = false;
    const places = this.kinds.get(kind);
    this.locating = places === undefined && this.kinds.size < MAX_KINDS;
    this.places = places ?? [];
    if (this.locating) this.kinds.set(kind, this.places);
  }

  /** The loss is computed, its gradient comes. */
  turn(): void {
    this.backward = true;
    this.locating = false;
  }

  end(): void {
    if (this.log) {
      this.forget();
      if (this.keeps) this.kept = this.log;
      else this.log.release();
    }
    this.log = undefined;
    this.stack.length = 0;
    this.leaf.length = 0;
    this.onLayer = undefined;
    this.onKernel = undefined;
  }

  /** Gives back what was kept of the last loss. */
  forget(): void {
    this.kept?.release();
    this.kept = undefined;
  }

  get watches(): boolean {
    return this.log !== undefined;
  }

  /** Runs a loss function, whose operations are its own affair. */
  inLoss<T>(run: () => T): T {
    this.losses++;
    try {
      return run();
    } finally {
      this.losses--;
    }
  }

  ran(
    kernel: string,
    inputs: Record<string, unknown>,
    attributes: Record<string, unknown> | undefined,
    result: unknown,
  ): void {
    const { log } = this;
    if (!log) return;
    const layer = this.stack.at(-1);
    const run: KernelRun = {
      kernel,
      inputs: tensorsIn(inputs),
      outputs: (Array.isArray(result) ? result : [result]) as TensorLike[],
      attributes,
      layer,
      backward: this.backward,
      source: undefined,
    };
    if (!this.backward && !layer) run.source = this.placeOf(log.runs.length);
    log.add(run);
    if (!this.backward && !layer && this.losses === 0) this.onKernel?.(run);
  }

  private placeOf(index: number): SourceLine | undefined {
    if (this.locating && index < MAX_LOCATED) this.places[index] = callSite();
    return this.places[index];
  }

  /** Runs the call of a layer. */
  inLayer(layer: LayerLike, inputs: unknown, call: () => unknown): unknown {
    // The `call` of a class calls that of the class it extends.
    if (!this.watches || this.backward || this.stack.at(-1) === layer) return call();
    if (this.stack.length > 0) this.leaf[this.stack.length - 1] = false;
    this.stack.push(layer);
    this.leaf[this.stack.length - 1] = true;
    try {
      const output = call();
      if (this.leaf[this.stack.length - 1] && isTensor(output)) this.onLayer?.(layer, inputs, output);
      return output;
    } finally {
      this.stack.pop();
    }
  }
}

function tensorsIn(inputs: Record<string, unknown>): TensorLike[] {
  const found: TensorLike[] = [];
  for (const value of Object.values(inputs)) {
    if (Array.isArray(value)) found.push(...value.filter(isTensor));
    else if (isTensor(value)) found.push(value);
  }
  return found;
}
