import type { LossCall } from '../measures/lossFunctions.js';
import { isVariable, type TensorLike } from '../tensorflow.js';
import type { KernelLog, KernelRun } from './kernelLog.js';
import { dependents } from './leaves.js';

/** Operations that a loss is still known through: sums with other terms, factors, signs. */
const THROUGH = new Set(['Add', 'AddN', 'Multiply', 'RealDiv', 'Neg', 'Identity', 'Reshape', 'Cast']);
const SUM = 2;
const MAX_DEPTH = 8;

/**
 * The losses in a sum that the script writes out itself, as `prediction.sub(label).square().mean()`: which function of
 * the framework each is, and what of it is the prediction.
 * @param known results of loss functions of the framework
 */
export function ownLosses(log: KernelLog, value: TensorLike, known: ReadonlySet<object>): LossCall[] {
  const learned = dependents(log);
  const found = new Map<KernelRun, LossCall>();
  const search = (tensor: TensorLike, depth: number): void => {
    const run = log.makerOf(tensor);
    if (!run || depth > MAX_DEPTH || known.has(tensor.dataId)) return;
    const loss = reduced(log, run, learned, known);
    if (loss) found.set(run, loss);
    else if (THROUGH.has(run.kernel)) for (const input of run.inputs) search(input, depth + 1);
  };
  search(value, 0);
  return [...found.values()];
}

/** Several reductions one after the other are one. */
function reduced(
  log: KernelLog,
  run: KernelRun,
  learned: Set<object>,
  known: ReadonlySet<object>,
): LossCall | undefined {
  if (run.kernel !== 'Mean' && run.kernel !== 'Sum') return undefined;
  const result = run.outputs[0];
  let inner: KernelRun | undefined = run;
  let summed = 0;
  while (inner?.kernel === 'Mean' || inner?.kernel === 'Sum') {
    const from: TensorLike | undefined = inner.inputs[0];
    const to = inner.outputs[0];
    if (from && known.has(from.dataId)) return undefined;
    if (inner.kernel === 'Sum' && from && to) summed = (summed || 1) * (from.size / to.size);
    inner = from && log.makerOf(from);
  }
  const difference = inner && differenceIn(log, inner);
  if (!result || !difference) return undefined;
  const sides = sidesOf(difference.run, learned);
  return sides && { name: difference.name, ...sides, result, ...(summed > 0 && { reduction: SUM, summed }) };
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
