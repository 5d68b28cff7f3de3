import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { nllWithoutLogProbabilities } from '../../../src/diagnosis/rules/nll-without-log-probabilities.js';
import { hello } from '../messages.js';
import { at, LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

const nll = { function: 'nll_loss' };
const keras = { expects: 'probabilities' as const, label: 'categoricalCrossentropy' };

function loss(name: string, given: Partial<LossSeen>, framework: 'pytorch' | 'tfjs' = 'pytorch'): RuleCase {
  return { name, messages: [hello(framework), lossSeen(given)] };
}

testRule(nllWithoutLogProbabilities, {
  silent: [
    loss('log-probabilities', { ...nll, outputActivation: 'log_softmax', outputMin: -9, outputMax: -0.01 }),
    loss('a certain one', { ...nll, outputMin: -80, outputMax: 0 }),
    loss('a product of two experts', { ...nll, outputActivation: 'none', outputMin: -9, outputMax: -1 }),
    loss('logits where they belong', { outputActivation: 'none', outputMin: -9, outputMax: 4 }),
    loss(
      'probabilities where they belong',
      { ...keras, outputActivation: 'softmax', outputMin: 0, outputMax: 1 },
      'tfjs',
    ),
    loss(
      'independent probabilities, which are made to sum up',
      { ...keras, outputActivation: 'sigmoid', outputMax: 0.7 },
      'tfjs',
    ),
    loss('a divergence between probabilities', { function: 'kl_div', outputMax: 0.9 }, 'tfjs'),
    loss('log-probabilities of sounds', { function: 'ctc_loss', outputMin: -7, outputMax: -0.1 }),
    loss('a sum, each term as it should be', {
      outputMin: -4,
      outputMax: 4,
      terms: [{ function: 'kl_div', outputMin: -7, outputMax: -0.1 }],
    }),
    loss('a single class, which is another rule’s', { ...nll, classes: 1, outputMax: 2 }),
  ],
  fires: [
    {
      ...loss('raw outputs', {
        ...nll,
        outputActivation: 'none',
        outputMin: -1,
        outputMax: 2,
        outputSource: at(22),
      }),
      step: 0,
      line: 22,
      evidence: { function: 'nll_loss', outputMin: -1, outputMax: 2 },
      message:
        /^The loss nll_loss wants log-probabilities, which are never above 0, and gets numbers from -1 to 2\.$/,
    },
    {
      ...loss('probabilities whose range is not known', { ...nll, outputActivation: 'softmax' }),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'softmax' },
    },
    {
      ...loss('sounds', { function: 'ctc_loss', outputMin: -0.4, outputMax: 0.5 }),
      step: 0,
      line: LINES.loss,
      evidence: { function: 'ctc_loss' },
      message: /^The loss ctc_loss wants log-probabilities/,
    },
    {
      ...loss('a divergence that is added to another loss', {
        outputMin: -4,
        outputMax: 4,
        terms: [{ function: 'kl_div', outputMin: 0.01, outputMax: 0.9, source: at(31) }],
      }),
      step: 0,
      line: 31,
      evidence: { function: 'kl_div', outputMax: 0.9 },
    },
    {
      ...loss('a divergence', { function: 'kl_div', outputMin: 0.01, outputMax: 0.9 }),
      step: 0,
      line: LINES.loss,
      evidence: { outputMax: 0.9 },
    },
    {
      ...loss('a linear last layer in TensorFlow.js', { ...keras, outputActivation: 'none' }, 'tfjs'),
      step: 0,
      line: LINES.loss,
      evidence: { activation: 'none' },
      message: /^The loss categoricalCrossentropy wants probabilities, and gets outputs that no softmax/,
    },
    {
      ...loss('raw outputs of an own model', { ...keras, outputMin: -3, outputMax: 2 }, 'tfjs'),
      step: 0,
      line: LINES.loss,
      evidence: { outputMin: -3 },
    },
  ],
});
