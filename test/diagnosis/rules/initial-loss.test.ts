import type { LossSeen } from '../../../src/protocol/telemetry.js';
import { initialLoss } from '../../../src/diagnosis/rules/initial-loss.js';
import {
  type FiringCase,
  LINES,
  lossSeen,
  optimizerSeen,
  type RuleCase,
  steps,
  testRule,
} from '../ruleTester.js';

function first(name: string, loss: Partial<LossSeen>, value: number, later: number[] = []): RuleCase {
  const series = loss.series ?? 'loss';
  return { name, messages: [optimizerSeen(), lossSeen(loss), steps({ [series]: [value, ...later] })] };
}

function off(
  name: string,
  loss: Partial<LossSeen>,
  value: number,
  expected: number,
  formula: string,
  more: Partial<FiringCase> = {},
): FiringCase {
  const evidence = { value, expected, formula };
  return { ...first(name, loss, value), step: 0, line: LINES.loss, evidence, ...more };
}

const bce = { function: 'binary_cross_entropy_with_logits', outputShape: [64, 1] };
const mse = { function: 'mse_loss', targetMeanSquare: 1, outputShape: [64, 1] };

testRule(initialLoss, {
  silent: [
    first('ten classes at ln 10', {}, 2.31),
    first('He initialisation everywhere: logits of variance 2', {}, 2.302585 + 1),
    first('a batch of one whose label happens to be unlikely', { elements: 1 }, 5.1),
    first('a large vocabulary', { classes: 50257, elements: 2048 }, 11.1),
    first('label smoothing', { labelSmoothing: 0.1 }, 2.4),
    first('a sum over the batch', { reduction: 'sum' }, 150),
    first('a weighted sum', { reduction: 'sum', meanTargetWeight: 7 }, 1100),
    first('a bias set to the class frequencies', { ...bce, targetMean: 0.01 }, 0.06),
    first('weighted positives', { ...bce, positiveWeight: 50, targetMean: 0.5 }, 18),
    first('a regression whose outputs are about as large as its targets', mse, 2.1),
    first('a regression with tiny targets', { ...mse, targetMeanSquare: 1e-6 }, 1.8),
    first('a regression with huge targets', { ...mse, targetMeanSquare: 4e10 }, 4.1e10),
    first('an absolute error', { function: 'l1_loss', targetMeanAbsolute: 3 }, 3.4),
    first('an expression of the script’s own', { function: 'unknown' }, 400),
    first('a sum with other terms, whose own value is not known', { pure: false }, 400),
    first('saved weights', { resumed: true }, 400),
    first('logits of variance 8 that are undone within five steps', { classes: 4 }, 5.3, [4, 3, 2, 1.5, 1.3]),
    first('one huge value after a good start', {}, 2.3, [400]),
    first('a contrastive loss with a low temperature', { classes: 64, outputShape: [64, 64] }, 14),
    first('not a number, which is another rule’s', {}, NaN),
    {
      name: 'a loss that begins in the middle of training',
      messages: [optimizerSeen(), lossSeen(), steps({ loss: [400] }, 500)],
    },
    {
      name: 'a scaled loss whose own first value is right',
      messages: [optimizerSeen(), lossSeen({ value: 2.3, pure: false }), steps({ loss: [400] })],
    },
    {
      name: 'a threshold that was raised',
      messages: [lossSeen(), steps({ loss: [4.5] })],
      options: { thresholds: { 'initial-loss': { excess: 3 } } },
    },
  ],
  fires: [
    off('inputs from 0 to 255', {}, 47.2, 2.302585093, 'ln(10)', {
      message:
        /^The first loss is 47\.2; a model that has learned nothing should start near 2\.303 \(ln\(10\)\)\.$/,
    }),
    off('just above what is tolerated, and not undone', {}, 4.0, 2.302585093, 'ln(10)', {
      ...first(
        '',
        {},
        4.0,
        Array.from({ length: 30 }, () => 3),
      ),
      name: 'just above what is tolerated, and not undone',
      step: 20,
    }),
    off('a sum', { reduction: 'sum' }, 2000, 147.36544595, 'ln(10) · 64'),
    off('log-likelihoods', { function: 'nll_loss', classes: 3 }, 9, 1.098612289, 'ln(3)'),
    off('binary, six times over', bce, 4.2, 0.693147181, 'ln(2)'),
    off('a regression on inputs that are not normalised', mse, 640, 1, 'mean(y²)'),
    off('an absolute error', { function: 'l1_loss', targetMeanAbsolute: 0.5 }, 56, 0.5, 'mean(|y|)'),
    off('without source of the loss, on the backward call', {}, 47.2, 2.302585093, 'ln(10)', {
      messages: [lossSeenWithoutSource(), steps({ loss: [47.2] })],
      line: LINES.backward,
    }),
    off('accumulated micro-batches, by the first one’s own value', {}, 30, 2.302585093, 'ln(10)', {
      messages: [lossSeen({ value: 30, pure: false }), steps({ loss: [7.5] })],
    }),
    off('the second optimizer’s loss, first seen at its own first step', bce, 9, 0.693147181, 'ln(2)', {
      messages: [
        optimizerSeen(),
        optimizerSeen({ id: 1 }),
        lossSeen(bce),
        lossSeen({ ...bce, id: 1, series: 'loss/1', optimizer: 1 }),
        steps({ loss: [0.7, null], 'loss/1': [null, 9] }),
      ],
      step: 1,
    }),
  ],
});

function lossSeenWithoutSource(): LossSeen {
  const { source: _source, ...rest } = lossSeen();
  return rest;
}
