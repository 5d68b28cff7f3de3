import { lossScaleCollapse } from '../../../src/diagnosis/rules/loss-scale-collapse.js';
import { LINES, lossSeen, steps, testRule } from '../ruleTester.js';

const count = 40;
const each = (value: (step: number) => number) => Array.from({ length: count }, (_, i) => value(i));
const run = (scale: (step: number) => number, skipped: (step: number) => boolean) => [
  lossSeen(),
  steps({ loss: each(() => 2), lossScale: each(scale), skipped: each((i) => Number(skipped(i))) }),
];

testRule(lossScaleCollapse, {
  silent: [
    { name: 'no scaling', messages: [lossSeen(), steps({ loss: each(() => 2) })] },
    {
      name: 'a few skips at the start',
      messages: run(
        (i) => 65536 / 2 ** Math.min(i, 5),
        (i) => i < 5,
      ),
    },
    {
      name: 'a skip now and then',
      messages: run(
        () => 32768,
        (i) => i % 10 === 9,
      ),
    },
    {
      name: 'a scale that was chosen below one',
      messages: run(
        () => 0.5,
        (i) => i === 3,
      ),
    },
  ],
  fires: [
    {
      name: 'skips until the scale is used up',
      messages: run(
        (i) => 65536 / 2 ** Math.min(i, 17),
        (i) => i < 18,
      ),
      step: 17,
      line: LINES.backward,
      evidence: { scale: 0.5, firstScale: 65536, skips: 18 },
    },
    {
      name: 'skips of a scale that stays',
      messages: run(
        () => 1024,
        (i) => i >= 10 && i < 30,
      ),
      step: 29,
      line: LINES.backward,
      evidence: { skips: 20 },
    },
  ],
});
