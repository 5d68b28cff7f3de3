import { isTensor, type ModelLike, type TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { currentEngine } from './engine.js';
import { wrap } from './wrap.js';

type OnBatch = (data: TensorLike[]) => TensorLike[];

interface FitModel extends ModelLike {
  inputs: unknown[];
  outputs?: { shape: (number | null)[]; dtype: string }[];
  testFunction?: OnBatch;
}

/** What `fit` trains and validates on is only seen here. */
export function hookBatches(training: Training, prototype: ModelLike): void {
  wrap<(this: FitModel) => OnBatch>(prototype, 'makeTrainFunction', (original) => {
    return function (this: FitModel): OnBatch {
      const train = original.call(this);
      return (data) => {
        training.measure('batch', () => training.evaluations.batchComes(data.slice(0, this.inputs.length)));
        return train(data);
      };
    };
  });
  wrap<(this: FitModel) => void>(prototype, 'makeTestFunction', (original) => {
    return function (this: FitModel): void {
      original.call(this);
      const test = this.testFunction;
      if (!test) return;
      this.testFunction = (data) => {
        training.measure('overlap', () => {
          const engine = currentEngine();
          if (engine) training.validations.fitValidates(engine, data.slice(0, this.inputs.length));
        });
        return test(data);
      };
    };
  });
  hookTargetCheck(training, prototype);
}

/** `fit` refuses targets that do not fit the model's output before any loss is computed. */
function hookTargetCheck(training: Training, prototype: ModelLike): void {
  type Check = (this: FitModel, x: unknown, y: unknown, ...rest: unknown[]) => unknown;
  wrap<Check>(prototype, 'standardizeUserDataXY', (original) => {
    return function (this: FitModel, x, y, ...rest): unknown {
      try {
        return original.call(this, x, y, ...rest);
      } catch (error) {
        training.guarded('failed losses', () => refused(training, this, y, error));
        throw error;
      }
    };
  });
}

function refused(training: Training, model: FitModel, y: unknown, error: unknown): void {
  const engine = currentEngine();
  const target: unknown = Array.isArray(y) ? y[0] : y;
  const output = model.outputs?.[0];
  const message = error instanceof Error ? error.message : String(error);
  if (!engine || !isTensor(target) || !output || !/target/.test(message) || /number of samples/.test(message))
    return;
  const shape = output.shape.map((size) => size ?? target.shape[0] ?? 1);
  const name = model.lossFunctions?.[0]?.name ?? '';
  training.lossFailed(engine, { name, target, output: { shape, dtype: output.dtype } }, error);
}
