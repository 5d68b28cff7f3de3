import { text, type Text } from '../../protocol/values.js';
import type { LossSeen } from '../../protocol/telemetry.js';
import { checkLosses, expectedInput, type Judged, measured } from '../lossFacts.js';
import { readable } from '../format.js';
import { defineRule, type RunFacts } from '../rule.js';

/** Rounding may take a log-probability above 0, or a probability above 1, by this much. */
const ROUNDING = 1e-4;
const POSITIVE = new Set(['softmax', 'sigmoid', 'relu']);
const UNBOUNDED = new Set(['none', 'relu', 'tanh']);

function concerns(loss: LossSeen, facts: RunFacts): boolean {
  const expected = expectedInput(loss);
  if (expected === 'log_probabilities')
    return loss.expects !== undefined || facts.hello?.framework !== 'tfjs' || loss.function === 'nll_loss';
  return expected === 'probabilities' && loss.function === 'cross_entropy';
}

function isAtFault(loss: LossSeen): boolean {
  const [low, high] = [measured(loss.outputMin), measured(loss.outputMax)];
  const activation = loss.outputActivation ?? '';
  if (expectedInput(loss) === 'log_probabilities')
    return high > ROUNDING || (Number.isNaN(high) && POSITIVE.has(activation));
  return low < -ROUNDING || high > 1 + ROUNDING || UNBOUNDED.has(activation);
}

function message(loss: LossSeen): Text {
  const range = [loss.function, readable(measured(loss.outputMin)), readable(measured(loss.outputMax))];
  if (expectedInput(loss) === 'log_probabilities') {
    return loss.outputMax === undefined
      ? text(
          'The loss {0} wants log-probabilities, which are never above 0, and gets something else.',
          loss.function,
        )
      : text(
          'The loss {0} wants log-probabilities, which are never above 0, and gets numbers from {1} to {2}.',
          ...range,
        );
  }
  return loss.outputMax === undefined
    ? text(
        'The loss {0} wants probabilities, and gets outputs that no softmax was applied to.',
        loss.label || loss.function,
      )
    : text(
        'The loss {0} wants probabilities, and gets numbers from {1} to {2}.',
        loss.label || loss.function,
        range[1] ?? '',
        range[2] ?? '',
      );
}

function explanation(loss: LossSeen): Text {
  if (!isLikelihood(loss) && expectedInput(loss) === 'log_probabilities')
    return text(
      'Computed from anything but log-probabilities this loss has no lower bound: it can be made smaller for ever by making the outputs larger, whatever they say.',
    );
  return expectedInput(loss) === 'log_probabilities'
    ? text(
        'The loss is the negated input at the right class and nothing else: without a log-softmax it can be made smaller for ever by making that output larger, and says nothing of the other classes.',
      )
    : text(
        'The outputs are divided by their sum and cut off at 0: what is below 0 gets no gradient, and the sum may be near 0. Such a loss jumps, or stays where it is.',
      );
}

/** Of one class: its gradient can be had from a cross-entropy instead. */
function isLikelihood({ function: name }: LossSeen): boolean {
  return name !== 'kl_div' && name !== 'ctc_loss';
}

function fixes(loss: LossSeen): Text[] {
  if (!isLikelihood(loss)) return [text('Apply a log-softmax to what the loss gets')];
  return expectedInput(loss) === 'log_probabilities'
    ? [text('Use the cross-entropy that takes logits'), text('Or end the model in a log-softmax')]
    : [text('End the model in a softmax'), text('Or use the cross-entropy that takes logits')];
}

export const nllWithoutLogProbabilities = defineRule({
  id: 'nll-without-log-probabilities',
  title: text('Loss wants (log-)probabilities and gets something else'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => checkLosses(concerns, (loss) => (isAtFault(loss) && loss.classes !== 1 ? {} : undefined)),
  explain: ({ series, step, loss }: Judged) => ({
    severity: 'error',
    step,
    message: message(loss),
    explanation: explanation(loss),
    anchor: 'loss',
    series,
    ...(loss.outputSource ? { source: loss.outputSource } : {}),
    fixes: fixes(loss).map((title) => ({ title, safety: 'suggestion' })),
    values: {
      function: loss.function,
      ...(loss.outputActivation ? { activation: loss.outputActivation } : {}),
      ...(loss.outputMin === undefined ? {} : { outputMin: loss.outputMin }),
      ...(loss.outputMax === undefined ? {} : { outputMax: loss.outputMax }),
    },
  }),
  docs: {
    what: 'A negative log-likelihood, a Kullback-Leibler divergence or a CTC loss gets numbers that are no log-probabilities; or a cross-entropy over probabilities gets raw outputs.',
    why: '`nll_loss` does not compute a likelihood: it picks the input at the right class and changes its sign. With raw outputs or probabilities the loss becomes negative and falls without an end, while the model learns little. `categoricalCrossentropy` of TensorFlow.js divides by the sum and clips, which makes of raw outputs a loss that jumps.',
    how: 'A fact about the program: log-probabilities are never above 0, probabilities never below 0 or above 1 (0.0001 is left for rounding). In TensorFlow.js a last layer with a linear, ReLU or tanh activation is enough. It is known at the first step, also of a function that is one term of a sum.',
    fix: [
      'Use the loss that takes logits, or apply the log-softmax:',
      '',
      '```python',
      '# before',
      'loss = F.nll_loss(model(x), y)',
      '# after',
      'loss = F.cross_entropy(model(x), y)',
      '```',
      '',
      '```js',
      '// before',
      'model.add(tf.layers.dense({ units: 10 }));',
      '// after',
      "model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));",
      "model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });",
      '```',
    ].join('\n'),
    wrong:
      'Log-densities of a continuous distribution may be above 0: `nll_loss` over such is reported although it is meant.',
  },
});
