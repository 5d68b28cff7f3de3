import { nonFiniteData } from '../../../src/diagnosis/rules/non-finite-data.js';
import { batchSeen, LOADER_LINE, loaderSeen, tensor } from '../messages.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const holes = tensor({ nonFinite: 3 });
const sound = tensor({ nonFinite: 0 });
const loss = lossSeen();

testRule(nonFiniteData, {
  silent: [
    { name: 'finite data', messages: [batchSeen(0, sound), loss, steps({ loss: [1, 1] })] },
    {
      name: 'missing values that the model fills in',
      messages: [batchSeen(0, holes), loss, steps({ loss: [1, 1] })],
    },
    {
      name: 'a loss that is not finite much later',
      messages: [batchSeen(0, holes), loss, steps({ loss: [1, 1, 1, NaN] })],
    },
    {
      name: 'a loss that is not finite on sound data',
      messages: [batchSeen(0, sound), loss, steps({ loss: [NaN] })],
    },
    {
      name: 'an origin elsewhere',
      messages: [{ type: 'origin', step: 0, direction: 'forward', layer: 0, module: 'fc', kind: 'Linear' }],
    },
  ],
  fires: [
    {
      name: 'missing values in the first batch',
      messages: [loaderSeen(), batchSeen(0, holes), loss, steps({ loss: [NaN, NaN] })],
      step: 0,
      line: LOADER_LINE,
      evidence: { tensor: 'input', nonFinite: 3, elements: 128 },
      message: /^In the input of step 0, 3 of the 128 numbers are NaN or infinite\.$/,
    },
    {
      name: 'targets, with a gradient that tells',
      messages: [
        loaderSeen(),
        batchSeen(2, sound, tensor({ name: 'target', nonFinite: 1, shape: [16] })),
        steps({ loss: [1, 1, 1], gradNorm: [1, 1, NaN] }),
      ],
      step: 2,
      line: LOADER_LINE,
      evidence: { tensor: 'target' },
    },
    {
      name: 'a batch that was computed again',
      messages: [
        {
          type: 'origin',
          step: 7,
          direction: 'input',
          layer: -1,
          module: '',
          kind: 'input',
          inputNonFinite: 2,
          source: at(3),
        },
      ],
      step: 7,
      line: 3,
      evidence: { tensor: 'input', nonFinite: 2 },
      message: /^In the input of step 7, 2 numbers are NaN or infinite\.$/,
    },
  ],
});
