import { weightDecayOnNorm } from '../../../src/diagnosis/rules/weight-decay-on-norm.js';
import type { LayersSeen, ParameterMeasures, ParametersSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const layers: LayersSeen = {
  type: 'layers',
  layers: [
    { name: '', kind: 'Sequential' },
    { name: '0', kind: 'Linear' },
    { name: '1', kind: 'LayerNorm' },
  ],
};
const parameter = (name: string, shape: number[], layer: number) => ({
  ...{ name, shape, layer },
  ...{ dtype: 'float32', device: 'cpu', optimizer: 0 },
});
const parameters: ParametersSeen = {
  type: 'parameters',
  parameters: [parameter('0.weight', [8, 8], 1), parameter('1.weight', [8], 2), parameter('1.bias', [8], 2)],
};
const measured = (step: number, norms: number[]): ParameterMeasures => ({
  ...{ type: 'parameterMeasures', step, time: step },
  weightNorm: Buffer.from(Float32Array.from(norms).buffer).toString('base64'),
});
const optimizer = (weightDecay: number) =>
  optimizerSeen({ name: 'AdamW', groups: [{ parameters: 3, options: { weight_decay: weightDecay } }] });
const run = steps({ loss: [2, 1], weightNorm: [5, 4] });
const begin = [layers, parameters, lossSeen(), run];

testRule(weightDecayOnNorm, {
  silent: [
    {
      name: 'a scale that stays',
      messages: [optimizer(0.1), ...begin, measured(0, [5, 2.8, 0]), measured(90, [1, 2.6, 0])],
    },
    {
      name: 'the default decay',
      messages: [optimizer(0.01), ...begin, measured(0, [5, 2.8, 0]), measured(90, [1, 1, 0])],
    },
    {
      name: 'parameter groups',
      messages: [
        optimizerSeen({
          groups: [
            { parameters: 1, options: { weight_decay: 0.1 } },
            { parameters: 2, options: { weight_decay: 0 } },
          ],
        }),
        ...begin,
        measured(0, [5, 2.8, 0]),
        measured(90, [5, 1, 0]),
      ],
    },
  ],
  fires: [
    {
      name: 'a scale that shrinks by a third',
      messages: [
        optimizer(0.5),
        ...begin,
        measured(0, [5, 2.75, 0]),
        measured(40, [4, 2.5, 0]),
        measured(90, [3, 1.75, 0]),
      ],
      step: 90,
      line: LINES.optimizer,
      evidence: { parameter: '1.weight', weightDecay: 0.5, first: 2.75, now: 1.75 },
    },
  ],
});
