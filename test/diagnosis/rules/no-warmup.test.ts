import { noWarmup } from '../../../src/diagnosis/rules/no-warmup.js';
import type { LayersSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const layers = (kind: string): LayersSeen => ({ type: 'layers', layers: [{ name: '0', kind }] });
const transformer = [layers('MultiheadAttention'), optimizerSeen(), lossSeen()];
const run = (loss: (step: number) => number, rate: (step: number) => number) =>
  steps({
    loss: Array.from({ length: 80 }, (_, i) => loss(i)),
    'lr/0': Array.from({ length: 80 }, (_, i) => rate(i)),
  });
const jump = (step: number) => (step >= 3 && step < 8 ? 9 : 2.3 - step * 0.01);

testRule(noWarmup, {
  silent: [
    {
      name: 'a calm start',
      messages: [
        ...transformer,
        run(
          (i) => 2.3 - i * 0.01,
          () => 1e-3,
        ),
      ],
    },
    { name: 'a jump during warm-up', messages: [...transformer, run(jump, (i) => 1e-5 * (i + 1))] },
    {
      name: 'a jump that never ends',
      messages: [
        ...transformer,
        run(
          (i) => (i < 3 ? 2.3 : 9),
          () => 1e-3,
        ),
      ],
    },
    {
      name: 'no attention',
      messages: [layers('Linear'), optimizerSeen(), lossSeen(), run(jump, () => 1e-3)],
    },
    {
      name: 'a jump later on',
      messages: [
        ...transformer,
        run(
          (i) => (i === 60 ? 9 : 2),
          () => 1e-3,
        ),
      ],
    },
  ],
  fires: [
    {
      name: 'a jump at the full learning rate',
      messages: [...transformer, run(jump, () => 1e-3)],
      step: 27,
      line: LINES.optimizer,
      evidence: { firstLoss: 2.3, peak: 9, peakStep: 3, learningRate: 1e-3 },
    },
  ],
});
