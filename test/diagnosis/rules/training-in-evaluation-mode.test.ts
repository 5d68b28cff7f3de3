import { trainingInEvaluationMode } from '../../../src/diagnosis/rules/training-in-evaluation-mode.js';
import type { Validation } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const VALIDATED = 52;

function pass(step: number, kept: boolean | undefined): Validation {
  const mode = { trainingMode: false, gradients: false, ...(kept === undefined ? {} : { kept }) };
  const scalars = { 'validation/loss': 1 };
  return { type: 'validation', step, time: step, batches: 4, scalars, mode, source: at(VALIDATED) };
}

const training = steps({ loss: [2, 1.9, 1.8, 1.7] });

testRule(trainingInEvaluationMode, {
  silent: [
    {
      name: 'train() before each epoch',
      messages: [lossSeen(), training, pass(4, undefined), pass(8, undefined)],
    },
    { name: 'no validation', messages: [lossSeen(), training] },
  ],
  fires: [
    {
      name: 'eval() that is never taken back',
      messages: [lossSeen(), training, pass(4, undefined), pass(8, true), pass(12, true)],
      step: 8,
      line: VALIDATED,
      evidence: {},
      message: /^Since a validation before step 8 the model is trained in evaluation mode/,
    },
  ],
});
