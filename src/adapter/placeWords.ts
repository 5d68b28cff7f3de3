/** How a place in the training is called: `step 412, epoch 3, batch 12`. Numbers are those of the measures. */
import type { GatePlace } from '../protocol/inspection.js';
import { text, type Text } from '../protocol/values.js';
import type { Translate } from './context.js';

export function placeName(place: GatePlace, translate: Translate): string {
  const { kind, step, epoch, batch, microBatch, optimizer, ahead } = place;
  const parts: (Text | null)[] = [
    kind === 'validation' ? text('validation') : null,
    text('step {0}', step),
    epoch === undefined ? null : text('epoch {0}', epoch),
    batch === undefined ? null : text('batch {0}', batch),
    kind !== 'microBatch' || microBatch === undefined ? null : text('micro-batch {0}', microBatch),
    optimizer === undefined || optimizer === 0 ? null : text('optimizer {0}', optimizer),
    ahead === 0 ? null : ahead === 1 ? text('one step back') : text('{0} steps back', ahead),
  ];
  return parts
    .filter((part) => part !== null)
    .map(translate)
    .join(', ');
}
