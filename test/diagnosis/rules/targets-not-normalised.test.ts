import { targetsNotNormalised } from '../../../src/diagnosis/rules/targets-not-normalised.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { batchSeen, tensor } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const prices = { targetMean: 300, targetVariance: 2500, targetMeanSquare: 92_500, targetShape: [64, 1] };

function run(name: string, loss: number[], given: Partial<LossSeen> = {}, std = 1): RuleCase {
  const input = batchSeen(0, tensor({ min: -3 * std, max: 3 * std, mean: 0, std }));
  return {
    name,
    messages: [input, lossSeen({ function: 'mse_loss', ...prices, ...given }), steps({ loss }), END],
  };
}

const absolute = { function: 'l1_loss', targetMeanAbsolute: 300, value: 300 };
const curve = (value: (step: number) => number) => Array.from({ length: 100 }, (_, i) => value(i));
const slow = curve((i) => 92_000 - 100 * i);

testRule(targetsNotNormalised, {
  silent: [
    run(
      'large targets that are learned',
      curve((i) => 92_500 * 0.9 ** i),
    ),
    run(
      'large targets that came as far as their mean',
      curve((i) => 2600 + 90_000 * 0.9 ** i),
    ),
    run(
      'targets of about one',
      curve(() => 3),
      { targetMean: 0, targetVariance: 1, targetMeanSquare: 1 },
    ),
    run('large inputs, which come first', slow, {}, 90),
    run('a cross-entropy', slow, { function: 'cross_entropy' }),
    run(
      'an absolute error that came as far as the mean',
      curve((i) => 45 + 255 * 0.9 ** i),
      absolute,
    ),
    run(
      'a Huber loss of a large delta that came as far as the mean',
      curve((i) => 450 + 2500 * 0.9 ** i),
      { ...absolute, function: 'huber_loss', value: 2950 },
    ),
    run('an absolute error that is not finite', [300, NaN], absolute),
    run('a run of a few steps', slow.slice(0, 20)),
    run(
      'a loss that is not finite much later',
      [...slow, ...slow, NaN].map((v, i) => (i < 200 ? 2000 : v)),
    ),
  ],
  fires: [
    {
      ...run('a loss that is still above the variance', slow),
      step: 99,
      line: LINES.loss,
      evidence: { mean: 300, std: 50, consequence: 'slow' },
      message: /^The targets have mean 300 and standard deviation 50, and are not normalised\.$/,
    },
    {
      ...run(
        'an absolute error that is still above the deviation',
        curve((i) => 300 - i / 2),
        absolute,
      ),
      step: 99,
      line: LINES.loss,
      evidence: { mean: 300, std: 50, consequence: 'slow' },
    },
    {
      ...run('a divergence', [92_000, 4e7, 1e20, Infinity]),
      step: 3,
      line: LINES.loss,
      evidence: { consequence: 'diverged', loss: 'Infinity' },
    },
  ],
});
