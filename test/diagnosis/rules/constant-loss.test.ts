import { constantLoss } from '../../../src/diagnosis/rules/constant-loss.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const same = (count: number, value = 0.6931) => Array.from({ length: count }, () => value);
const counting = (count: number) => Array.from({ length: count }, (_, i) => i);

function run(name: string, loss: number[], more: Record<string, number[]> = {}): RuleCase {
  return { name, messages: [lossSeen(), steps({ loss, ...more })] };
}

testRule(constantLoss, {
  silent: [
    run('a loss that changes in its last digit', [...same(9), 0.69309, ...same(40)]),
    run('a loss that has converged', [1, 0.5, ...same(100)]),
    run('a warm-up from zero', [...same(30), 0.69, 0.68], { 'lr/0': [...same(30, 0), 0.1, 0.1] }),
    run('steps that a gradient scaler skipped', [...same(30), 0.6], { skipped: [...same(30, 1), 0] }),
    run('a few steps on one batch', same(15), { batchFingerprint: same(15, 3) }),
    run('not a number, which is another rule’s', same(30, NaN)),
  ],
  fires: [
    {
      ...run('the same loss of different batches', same(12), {
        batchFingerprint: counting(12),
        'lr/0': same(12, 0.1),
      }),
      step: 9,
      line: LINES.loss,
      evidence: { value: 0.6931, steps: 10 },
      message: /^The loss has been exactly 0\.6931 for the first 10 steps, of different batches\.$/,
    },
    {
      ...run('a loss of zero on one batch', same(30, 0), { batchFingerprint: same(30, 3) }),
      step: 19,
      line: LINES.loss,
      evidence: { value: 0, steps: 20 },
    },
    { ...run('batches that are not known', same(30)), step: 19, line: LINES.loss, evidence: { steps: 20 } },
  ],
});
