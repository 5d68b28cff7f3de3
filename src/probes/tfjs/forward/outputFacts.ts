import type { LossSeen } from '../../../protocol/telemetry.js';
import type { TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { madeBy } from './activation.js';

/** What made the input of a loss function, and where that is in the script. */
export function outputFacts(
  { forward, models }: Training,
  output: TensorLike,
): Pick<LossSeen, 'outputActivation' | 'outputSource'> {
  const made = forward.log && madeBy(forward.log, output);
  if (!made) return {};
  const { layer, source } = made.run;
  const place = (layer && models.sourceOf(layer)) ?? source;
  return { outputActivation: made.activation, ...(place && { outputSource: place }) };
}
