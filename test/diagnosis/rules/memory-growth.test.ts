import { memoryGrowth } from '../../../src/diagnosis/rules/memory-growth.js';
import { LINES, lossSeen, optimizerSeen, random, steps, testRule } from '../ruleTester.js';

const GIB = 2 ** 30;
const run = (series: string, count: number, value: (step: number) => number | null) => [
  optimizerSeen(),
  lossSeen(),
  steps({
    loss: Array.from({ length: count }, () => 2),
    [series]: Array.from({ length: count }, (_, i) => value(i)),
  }),
];
const noise = random(3);

testRule(memoryGrowth, {
  silent: [
    { name: 'graphs of the last steps only', messages: run('retainedGraphs', 300, (i) => i % 4) },
    { name: 'a steady number of tensors', messages: run('memory/tensors', 300, () => 40) },
    {
      name: 'tensors that are disposed of after each epoch',
      messages: run('memory/tensors', 300, (i) => 40 + (i % 60)),
    },
    {
      name: 'memory that fills up and stays',
      messages: run('memory/process', 400, (i) => Math.min(2, 1 + i / 100) * GIB),
    },
    { name: 'memory that goes up and down', messages: run('memory/process', 400, () => (1 + noise()) * GIB) },
    { name: 'memory that creeps', messages: run('memory/process', 400, (i) => GIB + i * 1e5) },
  ],
  fires: [
    {
      name: 'losses added to a total',
      messages: run('retainedGraphs', 60, (i) => (i % 10 === 0 ? Math.max(0, i - 2) : null)),
      step: 20,
      line: LINES.loss,
      evidence: { kind: 'graphs', now: 18 },
    },
    {
      name: 'a tensor left at every step',
      messages: run('memory/tensors', 200, (i) => 40 + 2 * i),
      step: 45,
      line: LINES.step,
      evidence: { kind: 'tensors', growthPerStep: 2 },
      message: /grows by 2 a step/,
    },
    {
      name: 'ten megabytes a step',
      messages: run('memory/process', 200, (i) => GIB / 2 + i * 10 * 2 ** 20),
      step: 120,
      line: LINES.backward,
      evidence: { kind: 'memory' },
      message: /grows by 10 MiB a step/,
    },
  ],
});
