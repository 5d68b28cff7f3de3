import { imbalancedLabels } from '../../../src/diagnosis/rules/imbalanced-labels.js';
import type { Labels, LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { labelsSeen } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const bce = { function: 'binary_cross_entropy_with_logits' };
const rare = [980, 20];

/** @param right predictions in the last of the batches; in those before all are wrong */
function run(
  name: string,
  counts: number[],
  right: number | undefined,
  loss: Partial<LossSeen> = bce,
  length = 100,
  value = 0.1,
): RuleCase {
  const labels = [0, length - 1].map((step): Labels => {
    const told = step === 0 && right !== undefined ? 0 : right;
    return { ...labelsSeen(step, counts), ...(told !== undefined && { right: told }) };
  });
  const series = steps({ loss: Array.from({ length }, () => value) });
  return { name, messages: [lossSeen(loss), ...labels, series, END] };
}

testRule(imbalancedLabels, {
  silent: [
    run('rare positives that are learned', rare, 983),
    run('rare positives, weighted', rare, 980, { ...bce, positiveWeight: 49 }),
    run('a weighted cross-entropy', rare, 980, { classes: 2, meanTargetWeight: 0.6 }),
    run('balanced classes that are not learned', [500, 500], 500),
    run('four to one', [800, 200], 800),
    run('a model that answers something else', rare, 500),
    run('few labels', [49, 1], 49),
    run('a short run', rare, 980, bce, 20),
    run('probabilities that rank the rare examples', rare, 980, bce, 100, 0.07),
    run('predictions that are not known', rare, undefined),
    run('hardly any rare examples late in the run', [985, 15], 985),
    run('one class only', [1000, 0], 1000),
  ],
  fires: [
    {
      ...run('an answer that is always the same', rare, 980),
      step: 99,
      line: LINES.loss,
      evidence: { majority: 0.98, minority: 0.02, accuracy: 0.98 },
      message:
        /^Of the labels 98 % are of class 0, and the accuracy of 98 % is no better than always answering it\.$/,
    },
    {
      ...run('several classes', [950, 30, 20], 953, { classes: 3, meanTargetWeight: 1 }, 100, 0.25),
      step: 99,
      line: LINES.loss,
      evidence: { minority: 0.02 },
    },
  ],
});
