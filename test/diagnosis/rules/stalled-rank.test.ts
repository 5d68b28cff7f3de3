import { stalledRank } from '../../../src/diagnosis/rules/stalled-rank.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { at, LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const loader: LoaderSeen = {
  ...{ type: 'loader', id: 0, source: at(9), batchSize: 32, batches: 10, workers: 0, shuffled: false },
  role: 'train',
};
const rank = (data: number, forward: number, whole = 0.3, count = 40) => {
  const each = (value: number) => Array.from({ length: count }, (_, i) => (i === 0 ? null : value));
  return [
    loader,
    optimizerSeen(),
    lossSeen(),
    steps({
      loss: each(2),
      'time/step': each(whole),
      'time/data': each(data),
      'time/forward': each(forward),
    }),
  ];
};

testRule(stalledRank, {
  silent: [
    { name: 'even ranks', messages: rank(0.05, 0.1), others: [rank(0.055, 0.11)] },
    { name: 'milliseconds', messages: rank(0.001, 0.001, 0.006), others: [rank(0.004, 0.001, 0.006)] },
    { name: 'a small part of a long step', messages: rank(0.05, 0.1, 3), others: [rank(0.2, 0.1, 3)] },
    { name: 'too few steps', messages: rank(0.05, 0.1, 0.3, 10), others: [rank(0.2, 0.1, 0.3, 10)] },
    { name: 'one process', messages: rank(0.2, 0.1) },
  ],
  fires: [
    {
      name: 'a slow disk on rank 1',
      messages: rank(0.05, 0.1),
      others: [rank(0.2, 0.1)],
      step: 20,
      line: 9,
      evidence: { slowRank: 1, ownSeconds: 0.3, othersSeconds: 0.15, part: 'data' },
    },
    {
      name: 'a slow forward pass on one of three',
      messages: rank(0.01, 0.1),
      others: [rank(0.01, 0.25), rank(0.01, 0.1)],
      step: 20,
      line: LINES.backward,
      evidence: { slowRank: 1, part: 'forward' },
    },
  ],
});
