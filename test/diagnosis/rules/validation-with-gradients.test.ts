import { validationWithGradients } from '../../../src/diagnosis/rules/validation-with-gradients.js';
import { testRule } from '../ruleTester.js';
import { pass, VALIDATION_LINE } from '../validations.js';

testRule(validationWithGradients, {
  silent: [
    { name: 'no_grad', messages: [pass(10, 1, { mode: { gradients: false } })] },
    { name: 'not known', messages: [pass(10, 1), pass(20, 1, { mode: {} })] },
    {
      name: 'a forward pass without a loss',
      messages: [pass(10, 1, { scalars: {}, mode: { gradients: true } })],
    },
  ],
  fires: [
    {
      name: 'recorded in every pass, told once',
      messages: [10, 20].map((step) => pass(step, 1, { mode: { gradients: true } })),
      step: 10,
      line: VALIDATION_LINE,
      evidence: { batches: 4 },
    },
  ],
});
