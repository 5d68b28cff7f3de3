import type { LossFailed } from '../../protocol/telemetry.js';
import { callSite } from './callSite.js';
import { currentFit } from './fitContext.js';
import { protocolName } from './measures/lossFunctions.js';
import { wireRange } from './measures/ranges.js';
import { valuesOf } from './measures/values.js';
import { isTensor, type EngineLike, type TensorLike } from './tensorflow.js';

export interface FailedCall {
  name: string;
  target: TensorLike;
  /** Of `fit` only the shape is known: it refuses the target before it computes anything. */
  output: TensorLike | { shape: number[]; dtype: string };
}

/** What a loss function was called with that threw. */
export function lossFailed(
  engine: EngineLike,
  step: number,
  { name, target, output }: FailedCall,
  error: unknown,
): LossFailed {
  const source = currentFit()?.source ?? callSite();
  const functionName = protocolName(name.replace(/\$\d+$/, ''));
  const ranges = {
    ...(isTensor(output) && wireRange('output', valuesOf(engine, output))),
    ...wireRange('target', valuesOf(engine, target)),
  };
  return {
    type: 'lossFailed',
    step,
    function: functionName,
    message: error instanceof Error ? error.message : String(error),
    ...(source && { source }),
    outputShape: output.shape,
    outputDtype: output.dtype,
    targetShape: target.shape,
    targetDtype: target.dtype,
    ...ranges,
    ...(functionName === 'cross_entropy' && { classes: output.shape.at(-1) ?? 1 }),
  };
}
