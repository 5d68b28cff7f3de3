import { stepTimeOutliers } from '../../../src/diagnosis/rules/step-time-outliers.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const run = (count: number, seconds: (step: number) => number) => [
  optimizerSeen(),
  lossSeen(),
  steps({
    loss: Array.from({ length: count }, () => 2),
    'time/step': Array.from({ length: count }, (_, i) => seconds(i)),
  }),
];

testRule(stepTimeOutliers, {
  silent: [
    { name: 'even steps', messages: run(300, () => 0.05) },
    { name: 'slow first steps', messages: run(300, (i) => (i < 5 ? 20 : 0.05)) },
    { name: 'short hiccups', messages: run(300, (i) => (i % 50 === 49 ? 0.4 : 0.002)) },
    { name: 'a checkpoint now and then', messages: run(3000, (i) => (i % 1000 === 999 ? 3 : 0.05)) },
  ],
  fires: [
    {
      name: 'saving at every twentieth step',
      messages: run(90, (i) => (i % 20 === 19 ? 4 : 0.05)),
      step: 79,
      line: LINES.step,
      evidence: { outliers: 3, medianSeconds: 0.05, longestSeconds: 4 },
    },
  ],
});
