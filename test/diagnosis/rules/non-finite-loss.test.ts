import { nonFiniteLoss } from '../../../src/diagnosis/rules/non-finite-loss.js';
import { at, LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const line = LINES.loss;

testRule(nonFiniteLoss, {
  silent: [
    { name: 'finite values, however large', messages: [lossSeen(), steps({ loss: [2.3, 1e30, -1e30, 0] })] },
    {
      name: 'steps that a gradient scaler skipped for an infinite gradient',
      messages: [
        lossSeen(),
        steps({ loss: [2.3, 2.2, 2.1], gradNorm: [Infinity, NaN, 1], skipped: [1, 1, 0] }),
      ],
    },
    {
      name: 'a few skipped steps whose loss overflowed',
      messages: [lossSeen(), steps({ loss: [Infinity, NaN, 2.3, Infinity, 2.2], skipped: [1, 1, 0, 1, 0] })],
    },
    { name: 'steps without a loss', messages: [lossSeen(), steps({ loss: [null, null], gradNorm: [1, 1] })] },
    {
      name: 'a metric that is not finite',
      messages: [lossSeen(), steps({ loss: [1], 'metric/loss': [NaN] })],
    },
    {
      name: 'a non-finite gradient alone',
      messages: [
        lossSeen(),
        { type: 'nonFinite', step: 0, where: 'gradient', names: ['fc.weight'] },
        steps({ loss: [1, 1], gradNorm: [NaN, 1], skipped: [1, 0] }),
      ],
    },
  ],
  fires: [
    {
      name: 'one step is enough',
      messages: [lossSeen(), steps({ loss: [2.3, 1.9, NaN, 1.8] })],
      step: 2,
      line,
      evidence: { value: 'NaN', lastFinite: 1.9 },
      message: /^The loss became NaN at step 2; its last finite value was 1\.9\.$/,
    },
    {
      name: 'from the first value on',
      messages: [lossSeen(), steps({ loss: [Infinity, NaN] })],
      step: 0,
      line,
      evidence: { value: 'Infinity' },
      message: /^The loss is Infinity from its first value on, at step 0\.$/,
    },
    {
      name: 'before anything is known of the loss',
      messages: [optimizerSeen(), steps({ loss: [1, -Infinity] })],
      step: 1,
      line: LINES.step,
      evidence: { value: '-Infinity' },
    },
    {
      name: 'more skipped steps in a row than a scaler needs',
      messages: [
        lossSeen(),
        steps({ loss: [1, NaN, NaN, NaN, NaN, NaN, NaN], skipped: [0, 1, 1, 1, 1, 1, 1] }),
      ],
      step: 6,
      line,
      evidence: { lastFinite: 1 },
    },
    {
      name: 'the second of two losses, with the gradient that was non-finite before it',
      messages: [
        lossSeen(),
        lossSeen({ id: 1, series: 'loss/1', label: 'loss_d', optimizer: 1 }),
        { type: 'nonFinite', step: 2, where: 'gradient', names: ['d.weight', 'd.bias'] },
        steps({ loss: [1, null, 1, null], 'loss/1': [null, 2, null, NaN] }),
      ],
      step: 3,
      line,
      evidence: { lastFinite: 2, origin: 'd.weight, d.bias', originStep: 2 },
    },
    {
      name: 'the layer where it began, found afterwards',
      messages: [
        lossSeen(),
        steps({ loss: [1, NaN] }),
        {
          type: 'origin',
          step: 1,
          direction: 'forward',
          layer: 2,
          module: 'fc2',
          kind: 'Linear',
          source: at(7),
          inputMin: -3,
          inputMax: 4e30,
        },
      ],
      step: 1,
      line: 7,
      evidence: { direction: 'forward', module: 'fc2 (Linear)', inputMax: 4e30 },
      message:
        /^The loss became NaN at step 1: it first appeared in the forward pass, in fc2 \(Linear\), whose finite inputs went from -3 to 4\.00e30\.$/,
    },
    {
      name: 'the loss function itself, found before the step was told',
      messages: [
        lossSeen(),
        {
          type: 'origin',
          step: 0,
          direction: 'loss',
          layer: -1,
          module: '',
          kind: 'loss',
          inputMin: 0,
          inputMax: 1,
        },
        steps({ loss: [Infinity] }),
      ],
      step: 0,
      line,
      evidence: { direction: 'loss', inputMin: 0 },
      message: /the loss computed from outputs between 0 and 1 is not\.$/,
    },
    {
      name: 'the loss function, of whose inputs nothing is known',
      messages: [
        lossSeen(),
        { type: 'origin', step: 0, direction: 'loss', layer: -1, module: '', kind: 'loss' },
        steps({ loss: [NaN] }),
      ],
      step: 0,
      line,
      evidence: { direction: 'loss' },
      message: /every layer is finite, and the loss computed from their outputs is not\.$/,
    },
    {
      name: 'an operation of a script without layers',
      messages: [
        lossSeen(),
        {
          type: 'origin',
          step: 0,
          direction: 'forward',
          layer: -1,
          module: '',
          kind: '',
          operation: 'matMul',
        },
        steps({ loss: [NaN] }),
      ],
      step: 0,
      line,
      evidence: { direction: 'forward' },
      message: /in the forward pass, in matMul\.$/,
    },
    {
      name: 'a layer, of whose inputs nothing is known',
      messages: [
        lossSeen(),
        { type: 'origin', step: 0, direction: 'forward', layer: -1, module: 'fc2', kind: 'Linear' },
        steps({ loss: [NaN] }),
      ],
      step: 0,
      line,
      evidence: { direction: 'forward' },
      message: /in the forward pass, in fc2 \(Linear\)\.$/,
    },
    {
      name: 'a layer whose inputs have no finite range',
      messages: [
        lossSeen(),
        {
          type: 'origin',
          step: 0,
          direction: 'backward',
          layer: -1,
          module: 'fc2',
          kind: 'Linear',
          inputMin: 0,
          inputMax: 'Infinity',
        },
        steps({ loss: [NaN] }),
      ],
      step: 0,
      line,
      evidence: { direction: 'backward' },
      message: /in the backward pass, in fc2 \(Linear\)\.$/,
    },
  ],
});
