import { repeatedBatches } from '../../../src/diagnosis/rules/repeated-batches.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { LOADER_LINE, loaderSeen } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function run(
  name: string,
  prints: number[],
  data: (number | null)[],
  loader: Partial<LoaderSeen> = {},
): RuleCase {
  return { name, messages: [loaderSeen(loader), steps({ batchFingerprint: prints, 'time/data': data })] };
}

const LONG = 30;

/** Without a loader; of each step but the first the share of the data that its slice is. */
function slices(name: string, share: number | null, print: (i: number) => number = () => 1): RuleCase {
  const prints = Array.from({ length: LONG }, (_, i) => print(i));
  const shares = prints.map((_, i) => (i === 0 ? null : share));
  return { name, messages: [lossSeen(), steps({ batchFingerprint: prints, sliceShare: shares })] };
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
    slices('a training part of the data', 0.8),
    slices('a tensor that is always the same', null),
    slices('slices that differ', 0.02, (i) => i),
    slices('ten steps on each slice', 0.02, (i) => Math.floor(i / 10)),
    { name: 'no loader', messages: [steps({ batchFingerprint: [1, 1, 1, 1], 'time/data': fetched })] },
  ],
  fires: [
    {
      ...slices('the same small slice', 0.02),
      step: 20,
      line: LINES.loss,
      evidence: { steps: 21, share: 0.02 },
      message:
        /^Each of the 21 steps so far has cut its batch out of the data, and each time the same 2 %\.$/,
    },
    {
      ...run('the first batch at every step', [7, 7, 7, 7, 7], fetched),
      step: 2,
      line: LOADER_LINE,
      evidence: { steps: 3, batches: 8 },
      message: /^The loader has 8 batches, and each of the last 3 steps has got the same one from it\.$/,
    },
  ],
});
