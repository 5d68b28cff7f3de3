import { text } from '../../protocol/values.js';
import { checkLosses, expectedInput, isBinary, type Judged, measured } from '../lossFacts.js';
import { defineRule } from '../rule.js';

interface Evidence extends Judged {
  activation: 'sigmoid' | 'softmax';
}

export const sigmoidBeforeBceWithLogits = defineRule({
  id: 'sigmoid-before-bce-with-logits',
  title: text('Sigmoid before binary cross-entropy with logits'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () =>
    checkLosses(
      (loss) => isBinary(loss) && expectedInput(loss) === 'logits',
      ({ outputActivation: activation }) =>
        activation === 'sigmoid' || activation === 'softmax' ? { activation } : undefined,
    ),
  explain: ({ series, step, activation, loss }: Evidence) => ({
    severity: 'error',
    step,
    message:
      activation === 'sigmoid'
        ? text(
            'Binary cross-entropy with logits gets the result of a sigmoid, and applies a sigmoid of its own.',
          )
        : text(
            'Binary cross-entropy with logits gets the result of a softmax, and applies a sigmoid of its own.',
          ),
    explanation: text(
      'The second sigmoid turns numbers between 0 and 1 into probabilities between 0.5 and 0.73: the model can never say no, and the loss of a negative example cannot fall below 0.693.',
    ),
    anchor: 'loss',
    series,
    ...(loss.outputSource ? { source: loss.outputSource } : {}),
    fixes: [
      { title: text('Give the loss the last layer’s output, without the activation'), safety: 'suggestion' },
      {
        title: text('Or keep the sigmoid and use the binary cross-entropy that takes probabilities'),
        safety: 'suggestion',
      },
    ],
    values: {
      activation,
      ...(loss.outputMax === undefined
        ? {}
        : { outputMin: measured(loss.outputMin), outputMax: measured(loss.outputMax) }),
    },
  }),
  docs: {
    what: 'The model ends in a sigmoid, and the loss applies a sigmoid again.',
    why: '`sigmoid(sigmoid(z))` lies between 0.5 and 0.73. The loss of a positive example cannot fall below 0.31, that of a negative one below 0.69; predictions that are thresholded at 0.5 are all positive.',
    how: 'A fact about the program: the operation that made the input of a binary cross-entropy with logits is a sigmoid or a softmax. It is known at the first step.',
    fix: [
      'Leave the sigmoid out; apply it only to predict.',
      '',
      '```python',
      '# before',
      'loss = nn.BCEWithLogitsLoss()(torch.sigmoid(model(x)), y)',
      '# after',
      'loss = nn.BCEWithLogitsLoss()(model(x), y)',
      '```',
      '',
      '```js',
      '// before',
      'tf.losses.sigmoidCrossEntropy(y, tf.sigmoid(model.predict(x)));',
      '// after',
      'tf.losses.sigmoidCrossEntropy(y, model.predict(x));',
      '```',
    ].join('\n'),
    wrong: 'A sigmoid gate whose result is meant to be a logit, between 0 and 1 only, looks the same.',
  },
});
