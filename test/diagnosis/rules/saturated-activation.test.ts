import { saturatedActivation } from '../../../src/diagnosis/rules/saturated-activation.js';
import {
  activation,
  activationsSeen,
  layersSeen,
  type LayerActivation,
  parameterSeen,
  parametersSeen,
} from '../modelMessages.js';
import { at, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const layers = layersSeen(['', 'Net'], ['fc', 'Linear'], ['act', 'Tanh'], ['head', 'Linear']);
const next = random(4);
const flat = Array.from({ length: 30 }, () => 0.7 + 0.01 * next());
const falling = Array.from({ length: 30 }, (_, i) => 0.7 - 0.02 * i);

function entry(saturated: number, given: Partial<LayerActivation> = {}): LayerActivation {
  return { ...activation(2, 'Tanh', { saturated }), ...given };
}

function hidden(name: string, acts: LayerActivation[], loss: number[], after: number | null = 0): RuleCase {
  const seen = acts.map((act, step) =>
    activationsSeen(step, activation(1, 'Linear'), act, ...(after === null ? [] : [activation(3, 'Linear')])),
  );
  const parameters = parametersSeen(
    parameterSeen('fc.weight', { layer: 1 }),
    parameterSeen('head.weight', { layer: 3, optimizer: after ?? 0 }),
  );
  return { name, messages: [optimizerSeen(), lossSeen(), layers, parameters, ...seen, steps({ loss })] };
}

const gate = { layer: -1, kind: 'sigmoid', source: at(55) };

testRule(saturatedActivation, {
  silent: [
    hidden('outputs in the steep part', [entry(0.02), entry(0.02), entry(0.02)], flat),
    hidden('most outputs, in a network that learns', [entry(0.85), entry(0.85), entry(0.85)], falling),
    hidden('a single batch', [entry(0.95), entry(0.1), entry(0.95)], flat),
    hidden('the last activation', [entry(0.99), entry(0.99), entry(0.99)], flat, null),
    hidden('a generator’s last, before another optimizer’s', [entry(1), entry(1), entry(1)], flat, 1),
    hidden('open gates at the start', [entry(1, gate), entry(1, gate), entry(1, gate)], falling),
  ],
  fires: [
    {
      ...hidden('nearly all from the start', [entry(0.97), entry(0.96), entry(0.97)], falling),
      step: 2,
      line: 103,
      evidence: { layer: 'act', kind: 'Tanh', share: 0.97, measures: 3, since: 0 },
      message: /^Of what act puts out, 97 % is in the flat part of Tanh since step 0\.$/,
    },
    {
      name: 'a layer with its activation in it',
      messages: [
        optimizerSeen(),
        lossSeen(),
        layers,
        parametersSeen(parameterSeen('fc.weight', { layer: 1 }), parameterSeen('head.weight', { layer: 3 })),
        ...[0, 1, 2].map((step) =>
          activationsSeen(step, activation(1, 'tanh', { saturated: 1 }), activation(3, 'softmax')),
        ),
      ],
      step: 2,
      line: 102,
      evidence: { layer: 'fc', share: 1 },
    },
    {
      ...hidden('most, and nothing is learned', [entry(0.85), entry(0.85), entry(0.85)], flat),
      step: 19,
      line: 103,
      evidence: { share: 0.85 },
    },
    {
      ...hidden(
        'a sigmoid called as a function, and nothing is learned',
        Array<LayerActivation>(3).fill(entry(1, gate)),
        flat,
      ),
      step: 19,
      line: 55,
      evidence: { layer: 'sigmoid' },
    },
  ],
});
