import { frozenParameters } from '../../../src/diagnosis/rules/frozen-parameters.js';
import type { ParametersSeen } from '../../../src/protocol/telemetry.js';
import { activation, activationsSeen, layersSeen, parameterSeen, parametersSeen } from '../modelMessages.js';
import { lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const next = random(9);
const flat = Array.from({ length: 60 }, () => 2.3 + 0.02 * next());
const falling = Array.from({ length: 60 }, (_, i) => 2.3 - 0.03 * i);
const body = parameterSeen('body.weight', {
  layer: 1,
  requiresGrad: false,
  initial: { mean: 0, std: 1 / Math.sqrt(3 * 64) },
});
const head = parameterSeen('head.weight', { layer: 2, shape: [10, 64] });

function frozen(
  name: string,
  parameters: ParametersSeen,
  more: { loss?: number[]; kind?: string; resumed?: boolean; before?: ParametersSeen } = {},
): RuleCase {
  const begun = more.before ? [more.before, steps({ loss: [2.4] })] : [];
  return {
    name,
    messages: [
      optimizerSeen(),
      lossSeen(more.resumed ? { resumed: true } : {}),
      layersSeen(['', 'Net'], ['body', more.kind ?? 'Linear'], ['head', 'Linear']),
      ...begun,
      parameters,
      activationsSeen(0, activation(1, 'Linear'), activation(2, 'Linear')),
      steps({ loss: more.loss ?? falling }, begun.length === 0 ? 0 : 1),
    ],
  };
}

const initial = { mean: 0.001, std: 0.11 };

testRule(frozenParameters, {
  silent: [
    frozen('nothing frozen', parametersSeen({ ...body, requiresGrad: true }, head)),
    frozen('loaded features', parametersSeen(body, head), { resumed: true }),
    frozen('weights that were trained somewhere', parametersSeen({ ...body, initial }, head)),
    frozen(
      'random features that are kept from the optimizer',
      parametersSeen({ ...body, optimizer: -1 }, head),
    ),
    frozen('embeddings', parametersSeen(body, head), { kind: 'Embedding' }),
    frozen('frozen after some training', parametersSeen(body, head), {
      before: parametersSeen({ ...body, requiresGrad: true }, head),
    }),
  ],
  fires: [
    {
      ...frozen('fresh weights that the optimizer was given', parametersSeen(body, head)),
      step: 3,
      line: 102,
      evidence: { layers: 'body', elements: 4096, of: 4736 },
      message: /^The optimizer was given body \(1 layers, 4096 of 4736 weights\), which is frozen/,
    },
    {
      ...frozen(
        'fresh weights kept from it, and nothing is learned',
        parametersSeen({ ...body, optimizer: -1 }, head),
        {
          loss: flat,
        },
      ),
      step: 49,
      line: 102,
      evidence: { layers: 'body' },
    },
  ],
});
