import { repeatedBatches } from '../../../src/diagnosis/rules/repeated-batches.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { LOADER_LINE, loaderSeen } from '../messages.js';
import { type RuleCase, steps, testRule } from '../ruleTester.js';

function run(
  name: string,
  prints: number[],
  data: (number | null)[],
  loader: Partial<LoaderSeen> = {},
): RuleCase {
  return { name, messages: [loaderSeen(loader), steps({ batchFingerprint: prints, 'time/data': data })] };
}

const fetched = [null, 0.01, 0.01, 0.01, 0.01];

testRule(repeatedBatches, {
  silent: [
    run('batches that differ', [1, 2, 3, 4, 5], fetched),
    run('one batch twice in a row', [1, 1, 2, 3, 3], fetched),
    run('one batch to learn by heart, fetched once', [1, 1, 1, 1, 1], [null, 0, 0, 0, 0]),
    run('all the data in one batch', [1, 1, 1, 1, 1], fetched, { batches: 1 }),
    run('a stream of unknown length', [1, 1, 1, 1, 1], fetched, { batches: null }),
    run('a loader for validation', [1, 1, 1, 1, 1], fetched, { role: 'validation' }),
    { name: 'no loader', messages: [steps({ batchFingerprint: [1, 1, 1, 1], 'time/data': fetched })] },
  ],
  fires: [
    {
      ...run('the first batch at every step', [7, 7, 7, 7, 7], fetched),
      step: 2,
      line: LOADER_LINE,
      evidence: { steps: 3, batches: 8 },
      message: /^The loader has 8 batches, and each of the last 3 steps has got the same one from it\.$/,
    },
  ],
});
