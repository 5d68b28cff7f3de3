import { lossSpike } from '../../../src/diagnosis/rules/loss-spike.js';
import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function run(name: string, spike: number, given: Partial<LossSeen> = {}, samples = 32, at = 80): RuleCase {
  const loss = Array.from({ length: 120 }, (_, i) => (i === at ? spike : 2.3 * 0.98 ** i));
  return {
    name,
    messages: [optimizerSeen(), lossSeen(given), steps({ loss, samples: loss.map(() => samples) })],
  };
}

testRule(lossSpike, {
  silent: [
    run('a spike below the first loss', 2.2),
    run('a hard batch', 12),
    run('a single example', 300, {}, 1),
    run('the first steps', 300, {}, 32, 20),
    run('an expression of the script’s own', 300, { function: 'unknown' }),
    run('a sum with other terms', 300, { pure: false }),
    run('infinite, which is another rule’s', Infinity),
    { name: 'two players', messages: [optimizerSeen({ id: 1 }), ...run('', 300).messages] },
  ],
  fires: [
    {
      ...run('one batch out of all proportion', 300),
      step: 80,
      line: LINES.loss,
      evidence: { peak: 300, first: 2.3 },
      message: /^The loss jumped to 300 at step 80, from 0\.\d+ in the steps before\.$/,
    },
  ],
});
