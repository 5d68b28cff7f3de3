import { batchNormBatchOfOne } from '../../../src/diagnosis/rules/batch-norm-batch-of-one.js';
import type { LoaderSeen } from '../../../src/protocol/telemetry.js';
import { exceptionSeen, hello, layersSeen, LOADER_LINE, loaderSeen } from '../messages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const REFUSED = 'Expected more than 1 value per channel when training, got input size torch.Size([1, 32])';
const one = { batchSize: 32, examples: 1025, dropLast: false };

function run(name: string, loader: Partial<LoaderSeen>, kinds: string[], samples = 32): RuleCase {
  const values = steps({ loss: [1, 1, 1, 1], samples: [samples, samples, samples, samples] });
  return { name, messages: [hello(), loaderSeen(loader), layersSeen(...kinds), lossSeen(), values] };
}

const perceptron = ['Linear', 'BatchNorm1d', 'ReLU', 'Linear'];

testRule(batchNormBatchOfOne, {
  silent: [
    run('a last batch of two', { ...one, examples: 1026 }, perceptron),
    run('a last batch that is dropped', { ...one, dropLast: true }, perceptron),
    run('a loader for validation', { ...one, role: 'validation' }, perceptron),
    run('images, of which one has many pixels', one, ['Conv2d', 'BatchNorm2d', 'Linear']),
    run('no batch normalisation', one, ['Linear', 'LayerNorm', 'Linear'], 1),
    run('batches of one, and convolutions', {}, ['Conv1d', 'BatchNorm1d'], 1),
    { name: 'another exception', messages: [exceptionSeen('out of memory')] },
  ],
  fires: [
    {
      ...run('a last batch of one, before it comes', one, perceptron),
      step: 0,
      line: LOADER_LINE,
      evidence: { kind: 'last', examples: 1025, batchSize: 32 },
      message: /^Of 1025 examples, batches of 32 leave a last batch of one/,
    },
    {
      name: 'the error, without a loader',
      messages: [lossSeen(), steps({ loss: [1, 1] }), exceptionSeen(REFUSED, 'ValueError')],
      step: 2,
      line: LINES.loss,
      evidence: { kind: 'raised' },
    },
    {
      ...run('single examples', { batchSize: 1 }, ['Dense', 'BatchNormalization', 'Dense'], 1),
      step: 2,
      line: LOADER_LINE,
      evidence: { kind: 'always' },
    },
  ],
});
