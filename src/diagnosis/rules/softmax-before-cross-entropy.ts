import type { LossSeen } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { checkLosses, expectedInput, isOverClasses, type Judged, measured } from '../lossFacts.js';
import { defineRule } from '../rule.js';

interface Evidence extends Judged {
  activation: 'softmax' | 'sigmoid';
}

/** Loss that is left, in nats, when a softmax over probabilities is as sure as it can be: ln(1 + (C - 1)/e). */
function floor(classes: number): number {
  return Math.log(1 + (classes - 1) / Math.E);
}

function explanation(loss: LossSeen): Text {
  return loss.classes === undefined
    ? text(
        'Numbers between 0 and 1 are no logits: the second softmax makes all classes nearly alike, so that the loss stays far above 0 and the gradient is small from the start. Training is slow, or stalls.',
      )
    : text(
        'Numbers between 0 and 1 are no logits: the second softmax makes all classes nearly alike, so that the loss cannot fall below {0} and the gradient is small from the start. Training is slow, or stalls.',
        Number(floor(loss.classes).toPrecision(3)),
      );
}

export const softmaxBeforeCrossEntropy = defineRule({
  id: 'softmax-before-cross-entropy',
  title: text('Softmax before cross-entropy'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () =>
    checkLosses(
      (loss) => isOverClasses(loss) && expectedInput(loss) === 'logits',
      ({ outputActivation: activation, classes }) =>
        (activation === 'softmax' || activation === 'sigmoid') && classes !== 1 ? { activation } : undefined,
    ),
  explain: ({ series, step, activation, loss }: Evidence) => ({
    severity: 'error',
    step,
    message:
      activation === 'softmax'
        ? text(
            'Cross-entropy gets the result of a softmax, and applies a softmax of its own: it wants logits.',
          )
        : text(
            'Cross-entropy gets the result of a sigmoid, and applies a softmax of its own: it wants logits.',
          ),
    explanation: explanation(loss),
    anchor: 'loss',
    series,
    ...(loss.outputSource ? { source: loss.outputSource } : {}),
    fixes: [
      {
        title: text(
          'Leave the activation out and give the loss the last layer’s output; apply it only to predict',
        ),
        safety: 'suggestion',
      },
    ],
    values: {
      activation,
      ...(loss.classes === undefined ? {} : { classes: loss.classes, lowestLoss: floor(loss.classes) }),
      ...(loss.outputMax === undefined
        ? {}
        : { outputMin: measured(loss.outputMin), outputMax: measured(loss.outputMax) }),
    },
  }),
  docs: {
    what: 'The model ends in a softmax (or a sigmoid), and the cross-entropy that follows applies a softmax again.',
    why: 'A cross-entropy that takes logits computes `log_softmax` itself, in a numerically stable way. Given probabilities, which lie between 0 and 1, it cannot get below `ln(1 + (C - 1)/e)` for C classes, 1.46 for ten, and its gradient is small: training is slow and stops early.',
    how: 'A fact about the program: the operation that made the input of the loss function is a softmax or a sigmoid, and the function takes logits (`torch.nn.functional.cross_entropy`, `tf.losses.softmaxCrossEntropy`). A `log_softmax` there is harmless, because applying it twice changes nothing, and is not reported. It is known at the first step.',
    fix: [
      'Give the loss the output of the last layer:',
      '',
      '```python',
      '# before',
      'loss = nn.CrossEntropyLoss()(torch.softmax(model(x), dim=1), y)',
      '# after',
      'loss = nn.CrossEntropyLoss()(model(x), y)',
      '```',
      '',
      '```js',
      '// before',
      'tf.losses.softmaxCrossEntropy(labels, tf.softmax(model.predict(x)));',
      '// after',
      'tf.losses.softmaxCrossEntropy(labels, model.predict(x));',
      '```',
    ].join('\n'),
    wrong:
      'Probabilities that are meant as features of a further softmax, which nobody seems to do. A softmax that the script writes out itself (`exp` over its sum) is not recognised.',
  },
});
