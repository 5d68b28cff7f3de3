import { imbalancedLabels } from '../../../src/diagnosis/rules/imbalanced-labels.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { labelsSeen } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const bce = { function: 'binary_cross_entropy_with_logits' };
const rare = [980, 20];

function run(
  name: string,
  counts: number[],
  accuracy: number,
  loss: Partial<LossSeen> = bce,
  length = 100,
): RuleCase {
  const values = (value: number) => Array.from({ length }, () => value);
  const series = steps({ loss: values(0.1), accuracy: values(accuracy) });
  return { name, messages: [lossSeen(loss), labelsSeen(0, counts), series, END] };
}

testRule(imbalancedLabels, {
  silent: [
    run('rare positives that are learned', rare, 0.991),
    run('rare positives, weighted', rare, 0.98, { ...bce, positiveWeight: 49 }),
    run('a weighted cross-entropy', rare, 0.98, { classes: 2, meanTargetWeight: 0.6 }),
    run('balanced classes that are not learned', [500, 500], 0.5),
    run('four to one', [800, 200], 0.8),
    run('a model that answers something else', rare, 0.5),
    run('few labels', [49, 1], 0.98),
    run('a short run', rare, 0.98, bce, 20),
    run('one class only', [1000, 0], 1),
  ],
  fires: [
    {
      ...run('an answer that is always the same', rare, 0.98),
      step: 99,
      line: LINES.loss,
      evidence: { majority: 0.98, minority: 0.02, accuracy: 0.98 },
      message:
        /^Of the labels 98 % are of class 0, and the accuracy of 98 % is no better than always answering it\.$/,
    },
    {
      ...run('several classes', [950, 30, 20], 0.95, { classes: 3, meanTargetWeight: 1 }),
      step: 99,
      line: LINES.loss,
      evidence: { minority: 0.02 },
    },
  ],
});
