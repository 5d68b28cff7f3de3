import type { LossSeen } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import {
  checkLosses,
  expectedInput,
  isBinary,
  isElementwise,
  isOverClasses,
  type Judged,
  measured,
} from '../lossFacts.js';
import { defineRule, type Limits } from '../rule.js';

interface Evidence extends Judged {
  activation: string;
  /** Range of the activation where the targets leave it; undefined for logits. */
  range: [number, number] | undefined;
}

const thresholds = {
  slack: {
    default: 0.1,
    minimum: 0,
    maximum: 10,
    unit: 'ratio',
    description: 'By how much targets may leave the range of the activation, as a share of their own range.',
    origin:
      'What an output cannot reach by less costs at most a hundredth of the variance of targets spread evenly.',
  },
};

const RANGES: Record<string, [number, number]> = {
  relu: [0, Infinity],
  sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
};
const NO_LOGITS = new Set(['relu', 'tanh', 'log_sigmoid']);

const wantsLogits = (loss: LossSeen): boolean =>
  (isOverClasses(loss) || isBinary(loss)) && expectedInput(loss) === 'logits';

function judge(
  loss: LossSeen,
  { slack }: Limits<typeof thresholds>,
): Omit<Evidence, keyof Judged> | undefined {
  const { outputActivation: activation = '' } = loss;
  if (wantsLogits(loss)) return NO_LOGITS.has(activation) ? { activation, range: undefined } : undefined;
  const range = RANGES[activation];
  const [low, high] = [measured(loss.targetMin), measured(loss.targetMax)];
  const outside = range && (low < range[0] - slack * (high - low) || high > range[1] + slack * (high - low));
  return outside ? { activation, range } : undefined;
}

function message({ activation, range, loss }: Evidence): Text {
  if (!range)
    return text('The model ends in {0}, and {1} takes its result for logits.', activation, loss.function);
  const numbers = [activation, readable(measured(loss.targetMin)), readable(measured(loss.targetMax))];
  return Number.isFinite(range[1])
    ? text(
        'The targets go from {1} to {2}; the model ends in {0}, which reaches {3} to {4} only.',
        ...numbers,
        ...range,
      )
    : text('The targets go from {1} to {2}; the model ends in {0}, which is never below zero.', ...numbers);
}

function explanation({ activation, range }: Evidence): Text {
  if (range)
    return text(
      'What the output cannot reach cannot be learned; where the target lies beyond, the activation saturates and its gradient vanishes.',
    );
  return activation === 'relu'
    ? text(
        'Logits below zero become zero and get no gradient: a class whose logit is negative for all examples is never learned again.',
      )
    : text(
        'Logits need to be large and of either sign for a sure answer; this activation keeps them small, and the loss cannot come near zero.',
      );
}

export const unsuitedOutputActivation = defineRule({
  id: 'unsuited-output-activation',
  title: text('Output activation does not suit the target'),
  status: 'stable',
  category: 'loss',
  severity: 'warning',
  needs: [],
  thresholds,
  check: (limits) =>
    checkLosses(
      (loss) => wantsLogits(loss) || isElementwise(loss),
      (loss) => judge(loss, limits),
    ),
  explain: (evidence: Evidence) => ({
    severity: 'warning',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: 'loss',
    series: evidence.series,
    ...(evidence.loss.outputSource ? { source: evidence.loss.outputSource } : {}),
    fixes: [{ title: text('Leave out the activation after the last layer'), safety: 'suggestion' }],
    values: {
      activation: evidence.activation,
      ...(evidence.range
        ? { targetMin: measured(evidence.loss.targetMin), targetMax: measured(evidence.loss.targetMax) }
        : {}),
    },
  }),
  docs: {
    what: 'The last operation of the model is a ReLU, tanh or sigmoid that the loss or the targets do not fit: logits that have gone through a ReLU, a regression to negative numbers behind one, to hundreds behind a sigmoid.',
    why: 'The output cannot reach the target. Behind a ReLU, units that are below zero get no gradient and stay there; behind tanh or sigmoid the gradient vanishes where the target lies outside of their range.',
    how: 'A fact about the program: the operation that made the input of the loss, together with the kind of the loss (cross-entropies want logits) or the range of the first batch’s targets (for squared, absolute and Huber errors), with `slack` to spare. Softmax and sigmoid before a cross-entropy have rules of their own.',
    fix: [
      'Let the model end in its last linear layer:',
      '',
      '```python',
      '# before',
      'model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU())',
      '# after',
      'model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))',
      '```',
      '',
      '```js',
      '// before: targets from -3 to 3',
      "model.add(tf.layers.dense({ units: 1, activation: 'relu' }));",
      '// after',
      'model.add(tf.layers.dense({ units: 1 }));',
      '```',
    ].join('\n'),
    wrong: 'Targets that are cut off on purpose, where the activation says "at least".',
  },
});
