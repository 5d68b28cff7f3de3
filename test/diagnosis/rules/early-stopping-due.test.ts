import { earlyStoppingDue } from '../../../src/diagnosis/rules/early-stopping-due.js';
import { random, testRule } from '../ruleTester.js';
import { epochs, VALIDATION_LINE } from '../validations.js';

const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const flat = (n: number) => count(n).map(() => 0.3);
const bowl = (n: number, turn: number, slope: number) =>
  count(n).map((i) => 0.8 + Math.max(0, turn - i) * 0.2 + Math.max(0, i - turn) * slope);
const next = random(9);

testRule(earlyStoppingDue, {
  silent: [
    epochs(
      'still getting better',
      flat(40),
      count(40).map((i) => 2 / (1 + i)),
    ),
    epochs(
      'a plateau with noise, its best long ago by chance',
      flat(60),
      count(60).map((i) => (i === 5 ? 0.7 : 0.8) + 0.05 * next()),
    ),
    epochs('stopped after a patience of five', flat(14), bowl(14, 8, 0.1)),
    epochs('a long training whose best was recent', flat(100), bowl(100, 80, 0.02)),
    epochs(
      'more right predictions than ever',
      flat(40),
      bowl(40, 5, 0.1),
      count(40).map((i) => 0.5 + i * 0.01),
    ),
  ],
  fires: [
    {
      ...epochs('the best a quarter of the run ago', flat(40), bowl(40, 8, 0.02)),
      step: 100,
      line: VALIDATION_LINE,
      evidence: { bestStep: 90, bestLoss: 0.8, since: 31 },
      message: /^The best validation loss, 0\.8, was 31 validations ago at step 90; it is 1\.4 now\.$/,
    },
  ],
});
