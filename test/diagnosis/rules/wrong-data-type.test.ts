import { wrongDataType } from '../../../src/diagnosis/rules/wrong-data-type.js';
import type { ProbeMessage } from '../../../src/protocol/telemetry.js';
import { exceptionSeen, lossFailed } from '../messages.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

function raised(name: string, message: string): RuleCase {
  return { name, messages: [exceptionSeen(message)] };
}

function trained(name: string, dtype: string, optimizer: string, eps: number): RuleCase {
  const parameters = [{ name: 'fc.weight', shape: [4, 4], dtype, device: 'cpu', layer: 0, optimizer: 0 }];
  const messages: ProbeMessage[] = [
    optimizerSeen({ name: optimizer, groups: [{ parameters: 1, options: { lr: 0.1, eps } }] }),
    { type: 'parameters', parameters },
    lossSeen(),
    steps({ loss: [1] }),
  ];
  return { name, messages };
}

const refusals = [
  'expected target dtype to be Long or Byte, but got Float',
  'expected scalar type Long but found Float',
  'mat1 and mat2 must have the same dtype, but got Double and Float',
  'expected m1 and m2 to have the same dtype, but got: double != float',
  'Input type (double) and bias type (float) should be the same',
  '"nll_loss_forward_reduce_cuda_kernel_2d_index" not implemented for \'Int\'',
  "result type Float can't be cast to the desired output type Long",
  'Found dtype Double but expected Float',
  'Expected floating point type for target with class probabilities, got Long',
  "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor",
];

testRule(wrongDataType, {
  silent: [
    raised('another error', 'mat1 and mat2 shapes cannot be multiplied (64x10 and 20x5)'),
    raised('an error of the script', 'the two files should be the same size'),
    trained('float32', 'float32', 'Adam', 1e-8),
    trained('float16 with a larger epsilon', 'float16', 'Adam', 1e-4),
    trained('float16 without an epsilon', 'float16', 'SGD', 1e-8),
    trained('bfloat16', 'bfloat16', 'AdamW', 1e-8),
  ],
  fires: [
    {
      name: 'a loss that refuses float labels, then its exception',
      messages: [
        steps({ loss: [1] }),
        lossFailed({ message: 'expected scalar type Long but found Float' }),
        exceptionSeen('expected scalar type Long but found Float', 'RuntimeError', 99),
      ],
      step: 1,
      line: LINES.loss,
      evidence: {},
      message: /^Types of numbers do not go together: expected scalar type Long but found Float\.$/,
    },
    {
      ...trained('float16 with Adam', 'float16', 'AdamW', 1e-8),
      step: 0,
      line: LINES.optimizer,
      evidence: { told: 'fc.weight' },
    },
    ...refusals.map((message) => ({
      ...raised(message, message),
      step: 0,
      line: LINES.loss,
      evidence: { told: message },
    })),
  ],
});
