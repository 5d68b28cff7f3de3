import { dataBottleneck } from '../../../src/diagnosis/rules/data-bottleneck.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const loader: LoaderSeen = {
  ...{ type: 'loader', id: 0, source: at(9), batchSize: 32, batches: 10, workers: 0, shuffled: true },
  role: 'train',
};
const run = (count: number, data: (step: number) => number, rest: number) => [
  loader,
  lossSeen(),
  steps({
    loss: Array.from({ length: count }, () => 2),
    'time/data': Array.from({ length: count }, (_, i) => (i === 0 ? null : data(i))),
    'time/step': Array.from({ length: count }, (_, i) => (i === 0 ? null : data(i) + rest)),
  }),
];

testRule(dataBottleneck, {
  silent: [
    { name: 'a loader that keeps up', messages: run(400, () => 0.002, 0.05) },
    { name: 'a tiny model that waits for collation', messages: run(4000, () => 0.001, 0.0003) },
    {
      name: 'a slow first batch of every epoch',
      messages: run(200, (i) => (i % 10 === 0 ? 2 : 0.001), 0.05),
    },
    { name: 'a second lost', messages: run(19, () => 0.05, 0.001) },
    { name: 'batches made in JavaScript', messages: run(800, () => 0.006, 0.001) },
    { name: 'no loader', messages: [lossSeen(), steps({ loss: [2, 1], 'time/step': [null, 1] })] },
  ],
  fires: [
    {
      name: 'a data set that sleeps',
      messages: run(40, () => 0.15, 0.05),
      step: 12,
      line: 9,
      evidence: { share: 0.75, waitSeconds: 0.15, totalSeconds: 1.8, steps: 12 },
      message: /takes 75 % of a step \(150 ms a batch, 1\.8 s in 12 steps\)/,
    },
  ],
});
