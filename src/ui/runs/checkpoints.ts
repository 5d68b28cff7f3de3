/** The checkpoints of a run, for a person to choose from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunClient, RunSnapshot, RunSummary } from '../../protocol/runApi.js';
import { SERIES } from '../../protocol/telemetry.js';
import type { WireNumber } from '../../protocol/values.js';

export interface Checkpoint {
  kind: RunSnapshot['checkpoints'][number]['kind'];
  file: string;
  step: number;
  /** Training loss of that step; null where it is not known. */
  loss: WireNumber | null;
}

const ORDER: readonly Checkpoint['kind'][] = ['best', 'last', 'saved'];

/** Those that are still there: the best, the last, then those a person saved, the newest first. */
export async function checkpointsOf(client: RunClient): Promise<Checkpoint[]> {
  const { checkpoints } = await client.request('snapshot', {});
  const present = checkpoints
    .filter(({ file }) => existsSync(file))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.step - a.step);
  return Promise.all(present.map(async (one) => ({ ...one, loss: await lossAt(client, one.step) })));
}

/** A checkpoint is taken before the update of its step, so the loss of the step before is the one it is known by. */
async function lossAt(client: RunClient, step: number): Promise<WireNumber | null> {
  const last = Math.max(0, step - 1);
  const [frame] = await client.request('frames', {
    rank: 0,
    series: [SERIES.loss],
    x: 'step',
    from: last,
    to: last,
    width: 1,
  });
  const bytes = Buffer.from(frame?.mean ?? '', 'base64');
  return bytes.length < 4 ? null : bytes.readFloatLE(0);
}

/** Where a checkpoint that a person asks for goes. */
export function checkpointFile({ directory, steps, runtime }: RunSummary): string {
  const name = `saved-${steps}`;
  return join(
    directory,
    'checkpoints',
    ...(runtime?.framework === 'tfjs' ? [name, 'model.json'] : [`${name}.pt`]),
  );
}
