import type { SourceLine } from '../../../protocol/values.js';
import type { EngineLike, LayerLike, TensorLike } from '../tensorflow.js';

/** Bytes of results that are kept at most until the gradients are known, of one and of all. */
const MAX_EACH = 1024 * 1024;
const MAX_HELD = 64 * 1024 * 1024;

/** One operation as the backend ran it. */
export interface KernelRun {
  kernel: string;
  inputs: TensorLike[];
  outputs: TensorLike[];
  attributes: Record<string, unknown> | undefined;
  /** The innermost layer it ran in. */
  layer: LayerLike | undefined;
  backward: boolean;
  /** Line of the script, where it was asked for. */
  source: SourceLine | undefined;
}

/**
 * What the backend computed for one loss and its gradient, in order. TensorFlow.js frees most results on the way; a
 * further reference to their memory keeps them readable without any tensor more, until `release`.
 */
export class KernelLog {
  readonly runs: KernelRun[] = [];
  private readonly makers = new Map<object, KernelRun>();
  private readonly held: object[] = [];
  private bytes = 0;

  constructor(private readonly engine: EngineLike) {}

  add(run: KernelRun): void {
    this.runs.push(run);
    for (const { dataId } of run.outputs)
      if (run.inputs.every((input) => input.dataId !== dataId)) this.makers.set(dataId, run);
    // What is copied for the gradient is kept by the framework itself.
    if (run.kernel === 'Identity') return;
    for (const { dataId, size } of run.outputs) {
      const bytes = 4 * size;
      if (bytes > MAX_EACH || this.bytes + bytes > MAX_HELD) continue;
      this.bytes += bytes;
      this.engine.backend.incRef?.(dataId);
      this.held.push(dataId);
    }
  }

  /** Gives the memory back. The runs are not to be read any more. */
  release(): void {
    const { backend } = this.engine;
    if (backend.incRef) {
      for (const dataId of this.held)
        if (backend.disposeData?.(dataId)) this.engine.removeDataId?.(dataId, backend);
    }
    this.held.length = 0;
  }

  /** The run whose result a tensor is; mere other shapes of the same memory do not count. */
  makerOf({ dataId }: TensorLike): KernelRun | undefined {
    return this.makers.get(dataId);
  }

  /** Memory of all that a tensor was computed from, and its own. */
  ancestorsOf({ dataId }: TensorLike): Set<object> {
    const found = new Set([dataId]);
    for (const { inputs, outputs } of [...this.runs].reverse()) {
      if (!outputs.some((output) => found.has(output.dataId))) continue;
      for (const input of inputs) found.add(input.dataId);
    }
    return found;
  }

  /** The memory that a tensor is a copy of, if it is one: gradients are computed from copies. */
  rootOf(tensor: TensorLike): object {
    let current = tensor;
    for (let run = this.makerOf(current); run && COPIES.has(run.kernel); run = this.makerOf(current))
      current = run.inputs[0] as TensorLike;
    return current.dataId;
  }
}

const COPIES = new Set(['Identity', 'Reshape', 'Cast']);
