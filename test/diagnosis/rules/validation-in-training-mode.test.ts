import { validationInTrainingMode } from '../../../src/diagnosis/rules/validation-in-training-mode.js';
import { testRule } from '../ruleTester.js';
import { pass, VALIDATION_LINE } from '../validations.js';

testRule(validationInTrainingMode, {
  silent: [
    { name: 'evaluation mode', messages: [pass(10, 1, { mode: { trainingMode: false, gradients: false } })] },
    {
      name: 'a model to which it makes no difference',
      messages: [pass(10, 1, { mode: { gradients: false } })],
    },
    { name: 'an older log without it', messages: [pass(10, 1)] },
    {
      name: 'a forward pass without a loss',
      messages: [pass(10, 1, { scalars: {}, mode: { trainingMode: true } })],
    },
  ],
  fires: [
    {
      name: 'dropout left on, told once',
      messages: [10, 20, 30].map((step) => pass(step, 1, { mode: { trainingMode: true, gradients: false } })),
      step: 10,
      line: VALIDATION_LINE,
      evidence: { batches: 4 },
    },
    {
      name: 'from the second pass on, as train() is called at the wrong place',
      messages: [
        pass(10, 1, { mode: { trainingMode: false } }),
        pass(20, 1, { mode: { trainingMode: true } }),
      ],
      step: 20,
      line: VALIDATION_LINE,
      evidence: {},
    },
  ],
});
