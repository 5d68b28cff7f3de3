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

/** Without a loader, whose batches have a known number of examples. */
function alone(name: string, given: Partial<LossSeen>): RuleCase {
  const { messages } = run(name, 300, { targetShape: [32], ...given });
  const loss = Array.from({ length: 120 }, (_, i) => (i === 80 ? 300 : 2.3 * 0.98 ** i));
  return { name, messages: [...messages.slice(0, 2), steps({ loss })] };
}

testRule(lossSpike, {
  silent: [
    alone('targets that may be the model’s own', { function: 'mse_loss' }),
    alone('single examples without a loader', { targetShape: [1] }),
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
      ...alone('labels without a loader', {}),
      step: 80,
      line: LINES.loss,
      evidence: { peak: 300 },
    },
    {
      ...run('one batch out of all proportion', 300),
      step: 80,
      line: LINES.loss,
      evidence: { peak: 300, first: 2.3 },
      message: /^The loss jumped to 300 at step 80, from 0\.\d+ in the steps before\.$/,
    },
  ],
});
