import { gpuIdle } from '../../../src/diagnosis/rules/gpu-idle.js';
import type { LoaderSeen, Resources } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const loader: LoaderSeen = {
  ...{ type: 'loader', id: 0, source: at(9), batchSize: 32, batches: 10, workers: 0, shuffled: true },
  role: 'train',
};
const run = (seconds: number, load: (second: number) => number): Resources[] =>
  Array.from({ length: seconds }, (_, i) => ({
    ...{ type: 'resources', step: i, time: i },
    values: { 'gpu/1/utilization': load(i), 'gpu/1/memory': 1e9 },
  }));
const begin = [loader, lossSeen(), steps({ loss: [2, 1] })];

testRule(gpuIdle, {
  silent: [
    { name: 'a busy GPU', messages: [...begin, ...run(120, () => 0.95)] },
    { name: 'a small model', messages: [...begin, ...run(120, (i) => 0.3 + 0.2 * (i % 2))] },
    {
      name: 'a validation of ten seconds',
      messages: [...begin, ...run(120, (i) => (i % 60 < 10 ? 0 : 0.9))],
    },
    { name: 'half a minute not yet over', messages: [...begin, ...run(20, () => 0)] },
    { name: 'no GPU', messages: begin },
  ],
  fires: [
    {
      name: 'a GPU that waits',
      messages: [...begin, ...run(60, (i) => (i % 10 === 0 ? 0.9 : 0.05))],
      step: 30,
      line: 9,
      evidence: { gpu: 1, utilization: '0.05', seconds: 30 },
    },
  ],
});
