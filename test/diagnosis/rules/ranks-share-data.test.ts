import { ranksShareData } from '../../../src/diagnosis/rules/ranks-share-data.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const loader: LoaderSeen = {
  ...{ type: 'loader', id: 0, source: at(9), batchSize: 32, batches: 10, workers: 0, shuffled: false },
  role: 'train',
};
const rank = (prints: number[]) => [
  loader,
  lossSeen(),
  steps({ loss: prints.map(() => 2), batchFingerprint: prints }),
];

testRule(ranksShareData, {
  silent: [
    { name: 'parts of the data', messages: rank([1, 2, 3, 4, 5]), others: [rank([6, 7, 8, 9, 10])] },
    { name: 'one coincidence', messages: rank([1, 2, 3, 4, 5]), others: [rank([1, 7, 3, 4, 5])] },
    { name: 'a data set of one batch', messages: rank([1, 1, 1, 1, 1]), others: [rank([1, 1, 1, 1, 1])] },
    { name: 'one process', messages: rank([1, 2, 3, 4, 5]) },
  ],
  fires: [
    {
      name: 'a loader without a distributed sampler',
      messages: rank([1, 2, 3, 4, 5]),
      others: [rank([1, 2, 3, 4, 5])],
      step: 3,
      line: 9,
      evidence: { firstRank: 0, secondRank: 1, batches: 4 },
    },
  ],
});
