import type { OriginSeen } from '../../../protocol/telemetry.js';
import { toWire, type SourceLine } from '../../../protocol/values.js';
import { rangeOf } from '../measures/ranges.js';
import { valuesOf } from '../measures/values.js';
import { isVariable, type EngineLike, type LayerLike, type TensorLike, type Values } from '../tensorflow.js';
import type { KernelLog, KernelRun } from './kernelLog.js';

export interface Origin {
  direction: OriginSeen['direction'];
  layer: LayerLike | undefined;
  /** Of a parameter that is not finite. */
  parameter?: string;
  operation?: string;
  source: SourceLine | undefined;
  facts: Pick<OriginSeen, 'inputMin' | 'inputMax' | 'inputNonFinite' | 'outputNonFinite'>;
}

/** Looks through what was computed for where a value that is not finite first appeared. */
export class OriginSearch {
  private readonly broken = new Map<object, boolean>();

  constructor(
    private readonly engine: EngineLike,
    private readonly log: KernelLog,
  ) {}

  /** @param results that are not finite: the loss, or gradients */
  find(results: TensorLike[]): Origin | undefined {
    const ancestors = this.ancestors(results);
    const { runs } = this.log;
    const index = runs.findIndex(
      (run) => ancestors.has(run) && run.outputs.some((out) => this.isBroken(out)),
    );
    const run = runs[index];
    return run && this.explain(run, index);
  }

  private explain(run: KernelRun, index: number): Origin {
    const given = run.inputs.find((input) => this.isBroken(input));
    const place = run.backward ? this.forwardOf(run) : run;
    const facts = this.facts(run, given ?? (place ?? run).inputs[0]);
    if (given) {
      const parameter = isVariable(given) ? given.name : undefined;
      const { source, layer } = run;
      return parameter === undefined
        ? { direction: 'input', layer: undefined, source, facts }
        : { direction: 'parameter', layer, parameter, source, facts };
    }
    return {
      direction: run.backward ? 'backward' : this.isAfterModel(run, index) ? 'loss' : 'forward',
      layer: place?.layer,
      operation: operationOf(place ?? run),
      source: place?.source,
      facts,
    };
  }

  private facts(run: KernelRun, input: TensorLike | undefined): Origin['facts'] {
    const values = input && this.read(input);
    const range = values && rangeOf(values);
    const outputs = run.outputs.map((output) => this.read(output)).filter((found) => found !== undefined);
    return {
      ...(range && !Number.isNaN(range.min) && { inputMin: toWire(range.min), inputMax: toWire(range.max) }),
      ...(range && { inputNonFinite: range.nonFinite }),
      outputNonFinite: outputs.reduce((sum, found) => sum + rangeOf(found).nonFinite, 0),
    };
  }

  /** Everything that the results were computed from. */
  private ancestors(results: TensorLike[]): Set<KernelRun> {
    const wanted = new Set(results.map(({ dataId }) => dataId));
    const found = new Set<KernelRun>();
    for (const run of [...this.log.runs].reverse()) {
      if (!run.outputs.some(({ dataId }) => wanted.has(dataId))) continue;
      found.add(run);
      for (const { dataId } of run.inputs) wanted.add(dataId);
    }
    return found;
  }

  /** No weight is used from here on, and no layer. */
  private isAfterModel(run: KernelRun, index: number): boolean {
    if (run.layer) return false;
    const rest = this.log.runs.slice(index).filter(({ backward }) => !backward);
    return rest.every(({ layer, inputs }) => !layer && !inputs.some((input) => isVariable(input)));
  }

  /** The operation of the forward pass whose gradient a backward operation computes, as far as its inputs tell. */
  private forwardOf(run: KernelRun): KernelRun | undefined {
    const forward = this.log.runs.filter(({ backward }) => !backward);
    const roots = this.inputsOfGradient(run);
    const isRoot = (tensor: TensorLike): boolean => roots.has(this.log.rootOf(tensor));
    return (
      forward.find(({ kernel, inputs }) => STEEP.has(kernel) && inputs.some(isRoot)) ??
      forward.find(({ outputs }) => outputs.some(isRoot))
    );
  }

  /** What a backward operation was computed from, up to what the forward pass left. */
  private inputsOfGradient(run: KernelRun): Set<object> {
    const found = new Set<object>();
    const seen = new Set<KernelRun>([run]);
    for (const current of seen) {
      for (const input of current.inputs) {
        const maker = this.log.makerOf(input);
        if (!maker?.backward) found.add(this.log.rootOf(input));
        else if (seen.size < MAX_GRADIENT_RUNS) seen.add(maker);
      }
    }
    return found;
  }

  private isBroken(tensor: TensorLike): boolean {
    let broken = this.broken.get(tensor.dataId);
    if (broken === undefined) {
      broken = this.read(tensor)?.some((value) => !Number.isFinite(value)) ?? false;
      this.broken.set(tensor.dataId, broken);
    }
    return broken;
  }

  /** Undefined where the memory was given back already. */
  private read(tensor: TensorLike): Values | undefined {
    if (tensor.dtype !== 'float32') return undefined;
    try {
      return valuesOf(this.engine, tensor);
    } catch {
      return undefined;
    }
  }
}

/** Operations of one gradient that are looked through at most: one of an operation takes a handful. */
const MAX_GRADIENT_RUNS = 8;

/** Operations whose derivative is not bounded. */
const STEEP = new Set([
  'Sqrt',
  'Rsqrt',
  'Log',
  'Log1p',
  'Pow',
  'RealDiv',
  'Reciprocal',
  'Acos',
  'Asin',
  'Atanh',
]);

const NAMES: Record<string, string> = { RealDiv: 'div', Multiply: 'mul', BatchMatMul: 'matMul' };

/** As scripts call it: `log`, `div`, `sqrt` … */
function operationOf({ kernel }: KernelRun): string {
  return NAMES[kernel] ?? kernel.replace(/^_/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
