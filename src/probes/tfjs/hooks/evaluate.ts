import { toWire, type SourceLine, type WireNumber } from '../../../protocol/values.js';
import { callSite } from '../callSite.js';
import { currentFit, isEvaluating, runInEvaluation } from '../fitContext.js';
import { currentEngine } from './engine.js';
import { isTensor, type ModelLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { metricSeries } from '../validation.js';
import { wrap } from './wrap.js';

type Method = (this: ModelLike, ...args: unknown[]) => unknown;

/** Hooks `evaluate` and `evaluateDataset`, which are validation. */
export function hookEvaluate(training: Training, prototype: ModelLike, name: string): void {
  wrap<Method>(prototype, name, (original) => {
    return function (this: ModelLike, ...args): unknown {
      const fit = currentFit();
      if (fit?.validates || isEvaluating() || training.held) return original.apply(this, args);
      const source = training.measure('validation', callSite);
      const result = runInEvaluation(() => original.apply(this, args));
      const report = (values: unknown): void => {
        training.measure('validation', () => evaluated(training, this, values, source));
      };
      if (result instanceof Promise) void result.then(report, () => undefined);
      else report(result);
      if (!(result instanceof Promise)) training.gates.validation(currentEngine());
      return result;
    };
  });
}

function evaluated(
  training: Training,
  model: ModelLike,
  result: unknown,
  source: SourceLine | undefined,
): void {
  if (!training.session.open) return;
  const names = model.metricsNames ?? ['loss'];
  const tensors = (Array.isArray(result) ? result : [result]).filter(isTensor);
  const scalars: Record<string, WireNumber> = {};
  tensors.forEach((tensor, index) => {
    const name = names[index] ?? `output${index}`;
    scalars[`validation/${metricSeries(name)}`] = toWire(tensor.dataSync()[0] ?? NaN);
  });
  const epoch = training.epoch;
  training.validated({
    type: 'validation',
    step: training.step,
    time: training.session.now(),
    ...(epoch !== undefined && { epoch }),
    batches: 0,
    scalars,
    mode: { trainingMode: false, gradients: false },
    ...(source && { source }),
  });
}
