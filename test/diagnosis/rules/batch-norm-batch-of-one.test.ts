import { batchNormBatchOfOne } from '../../../src/diagnosis/rules/batch-norm-batch-of-one.js';
import type { LoaderSeen, LossSeen } from '../../../src/protocol/telemetry.js';
import { exceptionSeen, hello, layersSeen, LOADER_LINE, loaderSeen } from '../messages.js';
import { activation, activationsSeen } from '../modelMessages.js';
import { LINES, lossSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const REFUSED = 'Expected more than 1 value per channel when training, got input size torch.Size([1, 32])';
const one = { batchSize: 32, examples: 1025, dropLast: false };

/** @param training the layers that run as in training */
function run(
  name: string,
  loader: Partial<LoaderSeen>,
  kinds: string[],
  samples = 32,
  { loss = {}, training = kinds }: { loss?: Partial<LossSeen>; training?: string[] } = {},
): RuleCase {
  const values = steps({ loss: [1, 1, 1, 1], samples: [samples, samples, samples, samples] });
  const ran = activationsSeen(0, ...training.map((kind, i) => activation(i, kind)));
  const model = [hello(), loaderSeen(loader), layersSeen(...kinds)];
  return { name, messages: [...model, lossSeen({ elements: samples, ...loss }), ran, values] };
}

const perceptron = ['Linear', 'BatchNorm1d', 'ReLU', 'Linear'];

testRule(batchNormBatchOfOne, {
  silent: [
    run('a last batch of two', { ...one, examples: 1026 }, perceptron),
    run('a last batch that is dropped', { ...one, dropLast: true }, perceptron),
    run('a loader for validation', { ...one, role: 'validation' }, perceptron),
    run('images, of which one has many pixels', one, ['Conv2d', 'BatchNorm2d', 'Linear']),
    run('no batch normalisation', one, ['Linear', 'LayerNorm', 'Linear'], 1),
    run('a picture with a class for each pixel', {}, ['Conv2d', 'BatchNorm2d'], 1, {
      loss: { elements: 64 },
    }),
    run('normalisation that is kept as it was', {}, ['Conv2d', 'BatchNorm2d'], 1, { training: ['Conv2d'] }),
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
      ...run('single pictures with one class each', { batchSize: 1 }, ['Conv2d', 'BatchNorm2d', 'Linear'], 1),
      step: 2,
      line: LOADER_LINE,
      evidence: { kind: 'always' },
    },
    {
      ...run('single examples', { batchSize: 1 }, ['Dense', 'BatchNormalization', 'Dense'], 1),
      step: 2,
      line: LOADER_LINE,
      evidence: { kind: 'always' },
    },
  ],
});
