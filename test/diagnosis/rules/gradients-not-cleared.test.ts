import { gradientsNotCleared } from '../../../src/diagnosis/rules/gradients-not-cleared.js';
import { at, LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function stale(name: string, staleGradients: (number | null)[]): RuleCase {
  return { name, messages: [optimizerSeen(), lossSeen(), steps({ staleGradients })] };
}

const line = LINES.backward;

testRule(gradientsNotCleared, {
  silent: [
    stale('gradients that are cleared', [0, 0, 0, 0, 0, 0]),
    stale('once, at the step after a warm-up by hand', [0, 1, 0, 0, 0]),
    stale('now and then', [0, 1, 0, 1, 0, 1, 0]),
    stale('nothing measured', [null, null, null]),
  ],
  fires: [
    { ...stale('never cleared', [0, 1, 1]), step: 1, line, evidence: { stale: 2 } },
    {
      ...stale('cleared every fourth step', [0, 1, 1, 1, 0, 1, 1, 1]),
      step: 1,
      line,
      evidence: { stale: 2 },
    },
    {
      name: 'the second optimizer’s, at its own backward pass',
      messages: [
        optimizerSeen(),
        optimizerSeen({ id: 1 }),
        lossSeen(),
        lossSeen({ id: 1, series: 'loss/1', optimizer: 1, backwardSource: at(77) }),
        steps({
          staleGradients: [0, null, 0, null, 0, null],
          'staleGradients/1': [null, 0, null, 1, null, 1],
        }),
      ],
      step: 3,
      line: 77,
      evidence: { stale: 2 },
    },
  ],
});
