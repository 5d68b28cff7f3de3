import { divergingLoss } from '../../../src/diagnosis/rules/diverging-loss.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { loaderSeen } from '../messages.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const mse = { function: 'mse_loss', targetVariance: 1, targetMeanSquare: 1, targetShape: [64, 1] };

function curve(count: number, value: (step: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => value(i));
}

function run(
  name: string,
  loss: number[],
  given: Partial<LossSeen> = {},
  more: ProbeMessage[] = [],
): RuleCase {
  return { name, messages: [loaderSeen(), optimizerSeen(), ...more, lossSeen(given), steps({ loss }), END] };
}

const growing = curve(80, (i) => 1.05 ** i);

testRule(divergingLoss, {
  silent: [
    run(
      'a loss that falls',
      curve(100, (i) => 2.3 * 0.98 ** i),
    ),
    run(
      'an overshoot of momentum',
      curve(100, (i) => (i > 10 && i < 22 ? 9 : 2)),
    ),
    run(
      'single examples',
      curve(200, (i) => (i % 9 === 0 ? 30 : 1)),
    ),
    run(
      'a curriculum that becomes harder',
      curve(100, (i) => (i < 50 ? 1 : 4)),
    ),
    run(
      'cosine restarts',
      curve(200, (i) => 2 - 1.5 * ((i % 50) / 50)),
    ),
    run(
      'a loss that rises from nearly zero, to its constant level',
      curve(100, (i) => 0.001 + i * 0.02),
    ),
    run(
      'saved weights that are forgotten',
      curve(100, (i) => (i < 10 ? 0.5 : 1.4)),
      { resumed: true },
    ),
    run(
      'a policy gradient, which begins at zero',
      curve(100, (i) => (i < 5 ? -1e-9 : -0.3 - i)),
      { function: 'unknown', pure: false },
    ),
    run(
      'the likelihood of a density that becomes sharp',
      curve(100, (i) => 3 - 5 * i),
      { function: 'unknown', pure: false },
    ),
    run(
      'two players',
      curve(100, (i) => 2 + i),
      {},
      [optimizerSeen({ id: 1 })],
    ),
    {
      name: 'values of a policy that becomes better',
      messages: [
        lossSeen({ ...mse, targetVariance: 0.01 }),
        steps({ loss: curve(500, (i) => 0.5 + i * 4) }),
        END,
      ],
    },
    run(
      'an expression of the script’s own that grows with its weights',
      curve(100, (i) => 1 + i),
      { function: 'unknown' },
    ),
  ],
  fires: [
    {
      ...run(
        'a penalty that is subtracted',
        curve(100, (i) => 5 - 2 ** i),
        { function: 'unknown', pure: false },
      ),
      step: 20,
      line: LINES.loss,
      evidence: { start: 1 },
      message: /^The loss falls without end: from step 20 on it has been far below its start of /,
    },
    {
      ...run(
        'a cross-entropy far above a constant prediction',
        curve(60, (i) => (i < 10 ? 2.3 : 20)),
      ),
      step: 10,
      line: LINES.loss,
      evidence: { loss: 20, steps: 20 },
      message:
        /^The loss diverges: from step 10 on it has been far above its start of 2\.3\d* for 20 steps, and is 20\.$/,
    },
    {
      ...run(
        'a regression',
        curve(60, (i) => 1.3 ** i),
        mse,
      ),
      step: 11,
      line: LINES.loss,
      evidence: {},
    },
    {
      name: 'all the data at each step',
      messages: [
        lossSeen({ function: 'unknown' }),
        steps({ loss: growing, batchFingerprint: growing.map(() => 9) }),
        END,
      ],
      step: 23,
      line: LINES.loss,
      evidence: { steps: 20 },
    },
    {
      ...run(
        'a short run that ends so',
        curve(20, (i) => (i < 12 ? 2.3 : 30)),
      ),
      step: 12,
      line: LINES.loss,
      evidence: { steps: 8 },
    },
    {
      ...run(
        'an own expression out of all bounds',
        curve(40, (i) => 4 ** i),
        { function: 'unknown' },
      ),
      step: 10,
      line: LINES.loss,
      evidence: {},
    },
  ],
});
