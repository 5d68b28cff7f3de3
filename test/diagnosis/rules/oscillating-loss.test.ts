import { oscillatingLoss } from '../../../src/diagnosis/rules/oscillating-loss.js';
import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

function run(name: string, loss: number[], given: Partial<LossSeen> = {}, whole = false): RuleCase {
  const batchFingerprint = loss.map((_, i) => (whole ? 1 : i));
  return { name, messages: [optimizerSeen(), lossSeen(given), steps({ loss, batchFingerprint })] };
}

const curve = (count: number, value: (step: number) => number) =>
  Array.from({ length: count }, (_, i) => value(i));
const next = random(3);
const single = curve(400, () => -Math.log(next()));

testRule(oscillatingLoss, {
  silent: [
    run(
      'single examples, on the level of a constant prediction',
      single.map((v) => 2.3 * v),
    ),
    run(
      'all the data, on the edge of stability',
      curve(200, (i) => 2 * 0.97 ** i * (1 + 0.2 * (-1) ** i)),
      {},
      true,
    ),
    run(
      'all the data, at the end of training',
      curve(200, (i) => (i < 50 ? 2 * 0.9 ** i : 0.01 + 0.02 * (i % 2))),
      {},
      true,
    ),
    run(
      'all the data with dropout',
      curve(200, (i) => 2 + 0.1 * (i % 3)),
      {},
      true,
    ),
    run(
      'all the data, with half of a few features dropped',
      curve(400, () => 0.8 + 0.6 * next()),
      {},
      true,
    ),
    run(
      'a transient of momentum',
      curve(100, (i) => (i < 12 ? 2 + 2 * (i % 2) : 0.97 ** i)),
      {},
      true,
    ),
    run(
      'cyclic rates',
      curve(300, (i) => 1 + 0.4 * Math.sin(i / 8)),
      {},
      true,
    ),
    run(
      'an expression of the script’s own',
      single.map((v) => 30 * v),
      { function: 'unknown' },
    ),
    run(
      'noisy batches that have fallen and go on slowly',
      curve(200, (i) => Math.max(12, 60 * 0.95 ** i) * (1 + 0.3 * (i % 2))),
    ),
    run(
      'few examples to tell the variance of targets by',
      curve(60, (i) => (i % 2 ? 20 : 6)),
      { function: 'mse_loss', targetVariance: 1, targetMeanSquare: 1, targetShape: [16, 1] },
    ),
    run(
      'values towards which the values themselves lead',
      curve(60, (i) => (i % 2 ? 20 : 6)),
      { function: 'mse_loss', targetsMove: true },
    ),
    {
      name: 'two players',
      messages: [
        optimizerSeen(),
        optimizerSeen({ id: 1 }),
        lossSeen(),
        steps({ loss: curve(99, (i) => 9 + 8 * (i % 2)) }),
      ],
    },
  ],
  fires: [
    {
      ...run(
        'all the data at each step',
        curve(60, (i) => 1 + (i % 2)),
        {},
        true,
      ),
      step: 30,
      line: LINES.loss,
      evidence: { low: 1, high: 2, steps: 30 },
      message: /^The loss jumps between 1 and 2 and does not fall: in the last 30 steps it rose 1\d times\.$/,
    },
    {
      ...run(
        'batches, never as good as a constant prediction',
        curve(60, (i) => (i % 2 ? 20 : 6)),
      ),
      step: 30,
      line: LINES.loss,
      evidence: { low: 6, high: 20 },
    },
  ],
});
