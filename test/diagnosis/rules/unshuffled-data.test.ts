import { unshuffledData } from '../../../src/diagnosis/rules/unshuffled-data.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { labelsSeen, LOADER_LINE, loaderSeen } from '../messages.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, testRule } from '../ruleTester.js';

const sorted = [
  [16, 0, 0],
  [16, 0, 0],
  [16, 0, 0],
  [4, 12, 0],
  [0, 16, 0],
  [0, 16, 0],
  [0, 9, 7],
  [0, 0, 16],
];

function run(name: string, batches: number[][], loader: Partial<LoaderSeen> = { shuffled: false }): RuleCase {
  return { name, messages: [loaderSeen(loader), ...batches.map((counts, i) => labelsSeen(i, counts))] };
}

const turns = [
  [16, 0],
  [0, 16],
  [16, 0],
  [0, 16],
  [16, 0],
  [0, 16],
];

testRule(unshuffledData, {
  silent: [
    run('mixed batches in the order of the file', [
      [6, 5, 5],
      [4, 7, 5],
      [5, 5, 6],
      [8, 4, 4],
      [6, 4, 6],
    ]),
    run('a loader that shuffles', sorted, { shuffled: true }),
    run('one class only', [
      [16, 0],
      [16, 0],
      [16, 0],
      [16, 0],
      [16, 0],
    ]),
    run('rare positives', [
      [16, 0],
      [16, 0],
      [15, 1],
      [16, 0],
      [16, 0],
      [14, 2],
    ]),
    run('classes by turns', turns),
    run('tiny batches', [
      [2, 0],
      [2, 0],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
    ]),
    {
      name: 'real and made up by turns',
      messages: [optimizerSeen(), optimizerSeen({ id: 1 }), ...run('', sorted).messages],
    },
    { name: 'batches far apart', messages: sorted.map((counts, i) => labelsSeen(i * 50, counts)) },
  ],
  fires: [
    {
      ...run('one class after the other', sorted),
      step: 4,
      line: LOADER_LINE,
      evidence: { batches: 5, classes: 2 },
      message:
        /^The training data is sorted by label: the first 5 batches of the epoch hold one class after the other, 2 so far\.$/,
    },
    {
      ...run('classes smaller than two batches', [
        [32, 0, 0],
        [18, 14, 0],
        [0, 32, 0],
        [0, 4, 28],
        [0, 0, 22],
      ]),
      step: 3,
      line: LOADER_LINE,
      evidence: { classes: 2 },
    },
    {
      ...run('an epoch of a few large batches', [
        [32, 0, 0],
        [11, 21, 0],
        [0, 22, 10],
        [0, 0, 31],
      ]),
      step: 3,
      line: LOADER_LINE,
      evidence: { batches: 4, classes: 2 },
    },
    {
      name: 'without a loader',
      messages: [
        lossSeen(),
        ...[
          [8, 0],
          [8, 0],
          [0, 8],
          [0, 8],
        ].map((counts, i) => labelsSeen(i, counts)),
      ],
      step: 3,
      line: LINES.loss,
      evidence: { batches: 4 },
    },
  ],
});
