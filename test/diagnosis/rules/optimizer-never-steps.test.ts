import { optimizerNeverSteps } from '../../../src/diagnosis/rules/optimizer-never-steps.js';
import { at, LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

testRule(optimizerNeverSteps, {
  silent: [
    { name: 'an optimizer that steps', messages: [optimizerSeen(), lossSeen(), steps({ loss: [2, 1, 1] })] },
    { name: 'an optimizer that was only built', messages: [optimizerSeen()] },
  ],
  fires: [
    {
      name: 'gradients that are cleared again',
      messages: [optimizerSeen(), optimizerSeen({ idle: 20, idleSource: at(LINES.backward) })],
      step: 0,
      line: LINES.backward,
      evidence: { passes: 20 },
      message: /^SGD has not made a single step: gradients were computed 20 times and never applied/,
    },
  ],
});
