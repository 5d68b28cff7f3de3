import { underfitting } from '../../../src/diagnosis/rules/underfitting.js';
import type { LayersSeen, LossSeen, ParametersSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, random, type RuleCase, steps, testRule } from '../ruleTester.js';
import { bye } from '../validations.js';

const layers: LayersSeen = {
  type: 'layers',
  layers: [
    { name: '0', kind: 'Linear', source: at(5) },
    { name: '2', kind: 'Linear', source: at(7) },
  ],
};

/** Dense layers by their widths, as PyTorch stores them. */
function model(...widths: number[]): ParametersSeen {
  const parameters = widths.slice(1).map((width, i) => ({
    name: `${2 * i}.weight`,
    shape: [width, widths[i] ?? 0],
    dtype: 'float32',
    device: 'cpu',
    layer: i,
    optimizer: 0,
  }));
  return { type: 'parameters', parameters };
}

const next = random(2);
const settled = (level: number, length = 400) =>
  Array.from({ length }, (_, i) => level + 0.4 * Math.exp(-i / 30) + 0.02 * next());

function run(name: string, shape: ParametersSeen, loss: number[], about: Partial<LossSeen> = {}): RuleCase {
  return { name, messages: [optimizerSeen(), lossSeen(about), layers, shape, steps({ loss }), bye] };
}

testRule(underfitting, {
  silent: [
    run('a wide model that has learned', model(64, 128, 10), settled(0.1)),
    run('a wide model on noisy labels', model(64, 128, 10), settled(1.9)),
    run('a narrow model that has learned', model(64, 2, 10), settled(0.3)),
    run(
      'a narrow model that still learns',
      model(64, 2, 10),
      settled(1.7).map((x, i) => x - i * 0.001),
    ),
    run('a short run', model(64, 2, 10), settled(1.8, 100)),
    run('an autoencoder, narrow on purpose', model(64, 2, 64), settled(0.9), {
      function: 'mse_loss',
      targetVariance: 1,
    }),
    run('a linear model', model(64, 10), settled(1.8)),
    run('two features and two classes', model(2, 2, 2), settled(0.6), { classes: 2 }),
    run('a loss of the script’s own', model(64, 2, 10), settled(1.8), { function: 'unknown' }),
  ],
  fires: [
    {
      ...run('two units between 64 features and ten classes', model(64, 2, 10), settled(1.8)),
      step: 399,
      line: 5,
      evidence: { width: 2, guess: Math.log(10) },
      message:
        /^The loss has settled at 1\.81\d?, not far below guessing \(2\.303\), and 0\.weight lets only 2 numbers through\.$/,
    },
  ],
});
