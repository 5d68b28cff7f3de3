import type { LossCall } from '../measures/lossFunctions.js';
import { isVariable, type TensorLike } from '../tensorflow.js';
import type { KernelLog, KernelRun } from './kernelLog.js';

/** Operations that a loss is still known through: sums with other terms, factors, signs. */
const THROUGH = new Set(['Add', 'AddN', 'Multiply', 'RealDiv', 'Neg', 'Identity', 'Reshape', 'Cast']);
const SUM = 2;
const MAX_DEPTH = 8;

/**
 * A loss that the script writes out itself, as `prediction.sub(label).square().mean()`: which function of the framework
 * it is, and what of it is the prediction.
 */
export function ownLoss(log: KernelLog, value: TensorLike): LossCall | undefined {
  const learned = dependents(log);
  const search = (tensor: TensorLike, depth: number): LossCall | undefined => {
    const run = log.makerOf(tensor);
    if (!run || depth > MAX_DEPTH) return undefined;
    const found = reduced(log, run, learned);
    if (found || !THROUGH.has(run.kernel)) return found;
    for (const input of run.inputs) {
      const inner = search(input, depth + 1);
      if (inner) return inner;
    }
    return undefined;
  };
  return search(value, 0);
}

/** What the weights have any part in. */
function dependents({ runs }: KernelLog): Set<object> {
  const learned = new Set<object>();
  for (const { inputs, outputs } of runs) {
    if (inputs.some((input) => isVariable(input) || learned.has(input.dataId)))
      for (const { dataId } of outputs) learned.add(dataId);
  }
  return learned;
}

/** Several reductions one after the other are one. */
function reduced(log: KernelLog, run: KernelRun, learned: Set<object>): LossCall | undefined {
  if (run.kernel !== 'Mean' && run.kernel !== 'Sum') return undefined;
  const result = run.outputs[0];
  let inner: KernelRun | undefined = run;
  let sums = false;
  while (inner?.kernel === 'Mean' || inner?.kernel === 'Sum') {
    sums ||= inner.kernel === 'Sum';
    inner = inner.inputs[0] && log.makerOf(inner.inputs[0]);
  }
  const difference = inner && differenceIn(log, inner);
  if (!result || !difference) return undefined;
  const sides = sidesOf(difference.run, learned);
  return sides && { name: difference.name, ...sides, result, ...(sums && { reduction: SUM }) };
}

function differenceIn(log: KernelLog, run: KernelRun): { name: string; run: KernelRun } | undefined {
  if (run.kernel === 'SquaredDifference') return { name: 'meanSquaredError', run };
  const [first, second] = run.inputs;
  const squares =
    run.kernel === 'Square' ||
    (run.kernel === 'Pow' && second?.size === 1) ||
    (run.kernel === 'Multiply' && first?.dataId === second?.dataId);
  const name = squares ? 'meanSquaredError' : run.kernel === 'Abs' ? 'meanAbsoluteError' : undefined;
  const maker = first && log.makerOf(first);
  return name && maker?.kernel === 'Sub' ? { name, run: maker } : undefined;
}

function sidesOf(
  { inputs: [a, b] }: KernelRun,
  learned: Set<object>,
): Pick<LossCall, 'output' | 'target'> | undefined {
  if (!a || !b) return undefined;
  const [isA, isB] = [a, b].map((side) => isVariable(side) || learned.has(side.dataId));
  if (isA === isB) return undefined;
  const sides = isA ? { output: a, target: b } : { output: b, target: a };
  // A single number is a constant of the formula, not a label.
  return sides.target.size > 1 || sides.output.size === 1 ? sides : undefined;
}
