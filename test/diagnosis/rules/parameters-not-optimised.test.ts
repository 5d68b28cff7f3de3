import { parametersNotOptimised } from '../../../src/diagnosis/rules/parameters-not-optimised.js';
import type { ParametersSeen } from '../../../src/protocol/telemetry.js';
import {
  activation,
  activationsSeen,
  hello,
  layersSeen,
  parameterSeen,
  parametersSeen,
} from '../modelMessages.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const loss = [2.3, 2.2, 2.1, 2, 1.9];
const layers = layersSeen(['', 'Net'], ['body', 'Linear'], ['head', 'Linear']);
const both = activationsSeen(0, activation(1, 'Linear'), activation(2, 'Linear'));

function held(
  name: string,
  parameters: ParametersSeen,
  more: { ran?: typeof both; resumed?: boolean; loss?: number[] } = {},
): RuleCase {
  return {
    name,
    messages: [
      optimizerSeen(),
      lossSeen(more.resumed ? { resumed: true } : {}),
      layers,
      parameters,
      more.ran ?? both,
      steps({ loss: more.loss ?? loss }),
    ],
  };
}

const head = parameterSeen('head.weight', { layer: 2, shape: [10, 64] });
const body = parameterSeen('body.weight', { layer: 1, optimizer: -1 });
const scale = parameterSeen('body.scale', { layer: 1, shape: [1, 2], optimizer: -1 });

testRule(parametersNotOptimised, {
  silent: [
    {
      name: 'variables of a target network in TensorFlow.js',
      messages: [
        hello,
        optimizerSeen(),
        lossSeen(),
        parametersSeen(
          ...[0, 0, -1, -1].map((optimizer, i) =>
            parameterSeen(String(i), { layer: -1, optimizer, shape: i % 2 ? [20, 64] : [64, 5] }),
          ),
        ),
        activationsSeen(0, activation(-1, 'relu')),
        steps({ loss }),
      ],
    },
    held('everything optimised', parametersSeen({ ...body, optimizer: 0 }, head)),
    held('a frozen body', parametersSeen({ ...body, requiresGrad: false }, head)),
    held('loaded features under a new head', parametersSeen(body, head), { resumed: true }),
    held('a body that does not run, or without gradients', parametersSeen(body, head), {
      ran: activationsSeen(0, activation(2, 'Linear')),
    }),
    held('another optimizer’s', parametersSeen({ ...body, optimizer: 1 }, head)),
    held('one small scale', parametersSeen({ ...body, optimizer: 0 }, scale, head)),
    held('the first steps', parametersSeen(body, head), { loss: [2.3, 2.2] }),
    held(
      'a target network within the model',
      parametersSeen(
        ...['0.weight', '1.weight', '2.weight'].flatMap((inside) => [
          parameterSeen(`online.${inside}`, { layer: 1 }),
          parameterSeen(`target.${inside}`, { layer: 2, optimizer: -1 }),
        ]),
      ),
    ),
  ],
  fires: [
    {
      name: 'a variable of a script’s own that minimize is not given, told after some steps',
      messages: [
        hello,
        optimizerSeen(),
        lossSeen(),
        parametersSeen(parameterSeen('2', { layer: -1, shape: [64, 5] })),
        activationsSeen(0, activation(-1, 'relu')),
        steps({ loss: loss }),
        parametersSeen(
          parameterSeen('2', { layer: -1, shape: [64, 5] }),
          parameterSeen('0', { layer: -1, shape: [20, 64], optimizer: -1 }),
        ),
        steps({ loss: [1.8] }, 5),
      ],
      step: 5,
      line: LINES.optimizer,
      evidence: { layers: '0', elements: 1280 },
    },
    {
      ...held('an optimizer for the head alone', parametersSeen(body, head)),
      step: 3,
      line: LINES.optimizer,
      evidence: { layers: 'body', elements: 4096, of: 4736 },
      message: /^No optimizer holds the weights of body \(1 layers, 4096 of 4736 weights\)/,
    },
  ],
});
