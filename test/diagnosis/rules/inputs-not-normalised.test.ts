import { inputsNotNormalised } from '../../../src/diagnosis/rules/inputs-not-normalised.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { batchSeen, layersSeen, LOADER_LINE, loaderSeen, tensor } from '../messages.js';
import { lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

type Tensor = Parameters<typeof tensor>[0];

const pixels = { min: 0, max: 255, mean: 33, std: 79 };
const uneven = { min: 0, max: 9000, mean: 1, std: 3, featureScale: 40_000 };
const mse = { function: 'mse_loss', targetMeanSquare: 1, targetVariance: 1, targetShape: [64, 1] };
const END: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };

function run(
  name: string,
  input: Tensor,
  loss: number[],
  more: Partial<LossSeen> = {},
  kinds = ['Linear'],
): RuleCase {
  return {
    name,
    messages: [
      loaderSeen(),
      batchSeen(0, tensor(input)),
      layersSeen('Net', ...kinds),
      lossSeen(more),
      steps({ loss }),
      END,
    ],
  };
}

const flat = Array.from({ length: 100 }, () => 2.3026);
const healthy = Array.from({ length: 100 }, (_, i) => 2.3 * Math.exp(-i / 30));

testRule(inputsNotNormalised, {
  silent: [
    run('pixels from 0 to 1', { min: 0, max: 1, mean: 0.13, std: 0.31 }, [40, 2]),
    run('iris measurements', { min: 0.1, max: 7.9, mean: 3.5, std: 2 }, [40, 2]),
    run('digits from 0 to 16', { min: 0, max: 16, mean: 4.9, std: 6 }, [40, 2]),
    run(
      'pixels that are hardly ever lit, or dark, where something else is wrong',
      { min: 0, max: 1, mean: 0.13, std: 0.31, featureScale: 3000, featureOffset: 400 },
      flat,
    ),
    run('pixels that the model divides itself', pixels, healthy),
    run('pixels into batch normalisation', pixels, [40, 2], {}, ['BatchNorm2d', 'Conv2d']),
    run('pixels into a rescaling layer', pixels, [40, 2], {}, ['Rescaling', 'Conv2D']),
    run('bytes, which the script turns into numbers later', { ...pixels, dtype: 'uint8' }, [40, 2]),
    run('tokens', { min: 0, max: 30000, mean: 9000, std: 900, dtype: 'int64' }, [40, 2]),
    run('saved weights', pixels, [40, 2], { resumed: true }),
    run(
      'large features in a regression that trains',
      { min: 0, max: 700, mean: 70, std: 150 },
      [900, 800, 700],
      {
        ...mse,
        targetMeanSquare: 590,
      },
    ),
    run('uneven features that train', uneven, healthy),
    run('targets, however large', { ...pixels, name: 'target' }, [40, 2]),
  ],
  fires: [
    {
      ...run('pixels from 0 to 255, at the first step', pixels, [25, 9, 4]),
      step: 0,
      line: LOADER_LINE,
      evidence: { tensor: 'input', max: 255, consequence: 'initial', loss: 25 },
      message: /^The inputs go from 0 to 255 \(mean 33, standard deviation 79\) and are not normalised\.$/,
    },
    {
      ...run('a convolution that makes them smaller', pixels, [3.9, 3]),
      step: 0,
      line: LOADER_LINE,
      evidence: { consequence: 'initial' },
    },
    {
      ...run('a regression on uneven features', uneven, [400, 300], mse),
      step: 0,
      line: LOADER_LINE,
      evidence: { consequence: 'initial', featureScale: 40_000 },
    },
    {
      ...run('a divergence', { ...pixels, min: -255 }, [590, 4e4, 1e9, NaN], {
        ...mse,
        targetMeanSquare: 590,
      }),
      step: 3,
      line: LOADER_LINE,
      evidence: { consequence: 'diverged', loss: 'NaN' },
    },
    {
      ...run('inputs too small to learn from', { min: 0, max: 1e-4, mean: 5e-5, std: 3e-5 }, flat),
      step: 99,
      line: LOADER_LINE,
      evidence: { consequence: 'stuck' },
      message: /^The inputs go from 0 to 0\.0001 only/,
    },
    {
      ...run(
        'a mean far from zero, and nothing learned',
        { min: 1990, max: 2020, mean: 9, std: 9, featureOffset: 220 },
        flat,
      ),
      step: 99,
      line: LOADER_LINE,
      evidence: { featureOffset: 220, consequence: 'stuck' },
    },
  ],
});
