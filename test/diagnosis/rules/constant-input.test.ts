import { constantInput } from '../../../src/diagnosis/rules/constant-input.js';
import { batchSeen, LOADER_LINE, loaderSeen, tensor } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

type Tensor = Parameters<typeof tensor>[0];

function batch(name: string, ...tensors: Tensor[]): RuleCase {
  return { name, messages: [loaderSeen(), batchSeen(0, ...tensors.map((one) => tensor(one)))] };
}

const varied = { min: 0, max: 1, constant: 0.2 };

testRule(constantInput, {
  silent: [
    batch('inputs that differ', varied),
    batch('images with wide margins', { ...varied, constant: 0.9 }),
    batch('constant targets', varied, { name: 'target', min: 1, max: 1, constant: 1 }),
    batch(
      'a mask of ones',
      { ...varied, name: 'input_ids' },
      { name: 'attention_mask', min: 1, max: 1, constant: 1 },
    ),
    batch('one example', { shape: [1, 8], min: 0, max: 1, constant: 1 }),
    batch('nothing known of it', {}),
  ],
  fires: [
    {
      ...batch('the same example throughout', { min: 0, max: 1, constant: 1 }),
      step: 0,
      line: LOADER_LINE,
      evidence: { examples: 16 },
      message: /^All 16 examples of the batch are the same\.$/,
    },
    {
      name: 'without a loader',
      messages: [batchSeen(0, tensor({ min: 0, max: 1, constant: 1 })), lossSeen(), steps({ loss: [1] })],
      step: 0,
      line: LINES.loss,
      evidence: { examples: 16 },
    },
    {
      ...batch('zeros', { min: 0, max: 0 }, { name: 'target', min: 0, max: 9 }),
      step: 0,
      line: LOADER_LINE,
      evidence: { value: 0 },
      message: /^Every number of the inputs of this batch of 16 examples is 0\.$/,
    },
  ],
});
