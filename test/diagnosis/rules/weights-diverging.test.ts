import { weightsDiverging } from '../../../src/diagnosis/rules/weights-diverging.js';
import { LINES, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';

const LENGTH = 40;
const count = Array.from({ length: LENGTH }, (_, i) => i);

function weights(
  name: string,
  weightNorm: number[],
  loss: number[],
  more: RuleCase['messages'] = [],
): RuleCase {
  return { name, messages: [optimizerSeen(), lossSeen(), ...more, steps({ loss, weightNorm })] };
}

const growing = count.map((i) => 1.2 ** i);
const rising = count.map((i) => 2.3 + i);
const falling = count.map((i) => 2.3 * 0.95 ** i);

testRule(weightsDiverging, {
  silent: [
    weights(
      'weights that stay',
      count.map(() => 5),
      rising,
    ),
    weights('a regression on large targets, which is learned', growing, falling),
    weights(
      'weights that grow tenfold',
      count.map((i) => 1 + i / 4),
      rising,
    ),
    weights(
      'a log-likelihood',
      growing.map((norm) => norm ** 0.5),
      count.map((i) => 3 - i),
    ),
    weights('losses against each other', growing, rising, [
      lossSeen({ id: 1, series: 'loss/1', optimizer: 1 }),
    ]),
  ],
  fires: [
    {
      ...weights(
        'a loss with the wrong sign',
        count.map((i) => 1 + i),
        count.map((i) => -(2 ** i)),
      ),
      step: 19,
      line: LINES.optimizer,
      evidence: { start: 1, norm: 20 },
    },
    {
      ...weights('weights and loss that grow', growing, rising),
      step: 26,
      line: LINES.optimizer,
      evidence: { start: 1, norm: 1.2 ** 26 },
    },
  ],
});
