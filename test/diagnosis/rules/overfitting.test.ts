import { overfitting } from '../../../src/diagnosis/rules/overfitting.js';
import type { ProbeMessage } from '../../../src/protocol/telemetry.js';
import { lossSeen, optimizerSeen, random, steps, testRule } from '../ruleTester.js';
import { epochs, pass, VALIDATION_LINE } from '../validations.js';

const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const falling = (n: number) => count(n).map((i) => 2.3 * Math.exp(-i / 5) + 0.01);
/** Falls for seven epochs, then rises. */
const bowl = (n: number, slope: number) =>
  count(n).map((i) => 0.8 + Math.abs(Math.min(0, i - 7)) * 0.2 + Math.max(0, i - 7) * slope);
const next = random(4);
const twoPasses: ProbeMessage[] = count(30).flatMap((i) => [
  steps({ loss: Array<number>(10).fill(falling(30)[i]!) }, 10 * i),
  pass(10 * (i + 1), falling(30)[i]!, { batches: 20 }),
  pass(10 * (i + 1), 0.9 + falling(30)[i]!, { batches: 4 }),
]);

testRule(overfitting, {
  silent: [
    epochs('both fall', falling(30), falling(30)),
    epochs(
      'a validation loss that settles',
      falling(30),
      falling(30).map((x) => x + 0.5),
    ),
    epochs(
      'noise about a level',
      falling(40),
      count(40).map(() => 0.8 * (1 + 0.5 * (next() - 0.5))),
    ),
    epochs('early stopping with a patience of five', falling(13), bowl(13, 0.03)),
    epochs('early stopping with a patience of three, rising fast', falling(11), bowl(11, 0.2)),
    epochs('a training loss that rises as well', bowl(30, 0.2), bowl(30, 0.2)),
    epochs('one bad validation at the end', falling(20), [...falling(19), 3]),
    epochs(
      'too sure of itself, but right more often',
      falling(30),
      bowl(30, 0.03),
      count(30).map((i) => 0.6 + 0.01 * i),
    ),
    epochs(
      'a loss near zero that doubles',
      falling(30),
      count(30).map((i) => (i < 8 ? 2.3 * 0.3 ** i : 1e-3 + i * 1e-4)),
    ),
    epochs('a run of four validations', falling(4), [1, 2, 3, 4]),
    {
      name: 'the training data and other data, looked at in turn',
      messages: [optimizerSeen(), lossSeen(), ...twoPasses],
    },
    {
      name: 'a GAN',
      messages: [
        optimizerSeen(),
        optimizerSeen({ id: 1 }),
        ...epochs('', falling(30), bowl(30, 0.2)).messages.slice(1),
      ],
    },
  ],
  fires: [
    {
      ...epochs('a rise of a tenth per epoch', falling(40), bowl(40, 0.1)),
      step: 90,
      line: VALIDATION_LINE,
      evidence: { bestStep: 80, bestLoss: 0.8, onsetStep: 90, trainingThen: falling(40)[7]! },
      message: /^The model overfits: since step 80 the validation loss has risen from 0\.8 to /,
    },
    {
      ...epochs(
        'through noise',
        falling(60),
        bowl(60, 0.05).map((x) => x * (1 + 0.05 * (next() - 0.5))),
      ),
      step: 90,
      line: VALIDATION_LINE,
      evidence: { bestStep: 80 },
    },
    {
      ...epochs(
        'from the first validation on',
        falling(12),
        count(12).map((i) => 1 + 0.2 * i),
      ),
      step: 20,
      line: VALIDATION_LINE,
      evidence: { bestStep: 10, bestLoss: 1 },
    },
    {
      ...epochs(
        'right less often',
        falling(30),
        bowl(30, 0.1),
        count(30).map((i) => 0.8 - 0.004 * i),
      ),
      step: 90,
      line: VALIDATION_LINE,
      evidence: {},
    },
  ],
});
