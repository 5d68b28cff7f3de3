import { unsuitedLoss } from '../../../src/diagnosis/rules/unsuited-loss.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { loaderSeen } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const oneHot = {
  function: 'mse_loss',
  outputShape: [256, 10],
  targetShape: [256, 10],
  targetDistinct: 2,
  targetMin: 0,
  targetMax: 1,
  targetMean: 0.1,
  targetMeanSquare: 0.1,
  targetVariance: 0.09,
};

function run(name: string, loss: number, given: Partial<LossSeen> = {}): RuleCase {
  const values = Array.from({ length: 100 }, (_, i) => (i < 10 ? 0.09 : loss));
  return { name, messages: [loaderSeen(), lossSeen({ ...oneHot, ...given }), steps({ loss: values }), END] };
}

testRule(unsuitedLoss, {
  silent: [
    run('a squared error that trains the classifier', 0.03),
    run('a regression to zeros and ones', 0.09, { targetMean: 0.4 }),
    run('pixels', 0.09, { targetDistinct: 200 }),
    run('two classes', 0.25, {
      outputShape: [256, 2],
      targetShape: [256, 2],
      targetMean: 0.5,
      targetVariance: 0.25,
    }),
    run('a cross-entropy', 2.3, { function: 'cross_entropy' }),
  ],
  fires: [
    {
      ...run('a squared error that learns nothing', 0.09),
      step: 99,
      line: LINES.loss,
      evidence: { classes: 10, level: 0.09 },
      message: /^A classification of 10 classes is trained by a regression loss, and has learned nothing/,
    },
  ],
});
