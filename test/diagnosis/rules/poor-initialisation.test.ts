import { poorInitialisation } from '../../../src/diagnosis/rules/poor-initialisation.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { activation, activationsSeen, layersSeen, parameterSeen, parametersSeen } from '../modelMessages.js';
import { lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';

const next = random(8);
const flat = Array.from({ length: 30 }, () => 2.3 + 0.02 * next());
const falling = Array.from({ length: 30 }, (_, i) => 2.3 - 0.05 * i);
const NAMES = ['a', 'b', 'c', 'head'];
const layers = layersSeen(...NAMES.map((name): [string, string] => [name, 'Linear']));
const fading = activationsSeen(
  0,
  ...NAMES.map((_, layer) => activation(layer, 'Linear', { spread: 10 ** (-2 * layer) })),
);

/** A model of four layers of 64, by mean and standard deviation of their weights. */
function weights(
  name: string,
  initial: [mean: number, std: number][],
  loss: Partial<LossSeen> = {},
  values = falling,
  more: ProbeMessage[] = [],
): RuleCase {
  const parameters = initial.map(([mean, std], layer) =>
    parameterSeen(`${NAMES[layer] ?? ''}.weight`, { layer, initial: { mean, std } }),
  );
  return {
    name,
    messages: [
      optimizerSeen(),
      lossSeen(loss),
      layers,
      parametersSeen(...parameters),
      ...more,
      steps({ loss: values }),
    ],
  };
}

const he = Math.sqrt(2 / 64);
const same = (mean: number, std: number) => NAMES.map((): [number, number] => [mean, std]);
const zero: [number, number] = [0, 0];
const sound: [number, number] = [0, he];

testRule(poorInitialisation, {
  silent: [
    weights('He everywhere', same(0, he)),
    weights('PyTorch’s default', same(0, 0.0722), {}, flat),
    weights('a last layer of zeros', [sound, sound, sound, zero]),
    weights('every second layer zero, as in LoRA', [sound, zero, sound, zero]),
    weights('loaded weights', same(0, 0), { resumed: true }),
    weights('one layer of zeros: a logistic regression', [zero]),
    weights('small weights with normalisation, which learn', same(0, 0.02), {}, falling, [fading]),
    weights('small weights whose signals do not fade', same(0, 0.02), {}, flat),
    weights('large weights whose outputs are of a sound size', same(0, 1), { outputStd: 1 }),
    weights('large outputs by inputs that are not normalised', same(0, he), { outputStd: 90 }),
  ],
  fires: [
    {
      ...weights('zeros everywhere', same(0, 0)),
      step: 0,
      line: 101,
      evidence: { kind: 'constant', layer: 'a', layers: 4 },
    },
    {
      ...weights('the same number in two layers', [sound, [0.5, 0], [0.5, 0], sound]),
      step: 0,
      line: 102,
      evidence: { kind: 'constant', layer: 'b', layers: 1 },
      message: /^All initial weights of b are 0\.5/,
    },
    {
      ...weights('a standard deviation of one', same(0, 1), { outputStd: 900 }),
      step: 0,
      line: 101,
      evidence: { kind: 'large', std: 1, relative: 5.656854, layers: 4, consequence: 900 },
    },
    {
      ...weights('large weights under a softmax', same(0, 1), {
        outputActivation: 'softmax',
        outputStd: 0.1,
        value: 23.02585,
      }),
      step: 0,
      line: 101,
      evidence: { kind: 'large', layers: 4 },
      message: /the first loss is 10 times/,
    },
    {
      ...weights('signals that fade', same(0, 0.01), {}, flat, [fading]),
      step: 19,
      line: 101,
      evidence: { kind: 'small', std: 0.01, consequence: 1e-6 },
    },
  ],
});
