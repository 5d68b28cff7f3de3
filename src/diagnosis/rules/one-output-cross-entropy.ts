import { text, type Text } from '../../protocol/values.js';
import type { LossFailed, LossSeen } from '../../protocol/telemetry.js';
import { checkLosses, isOverClasses, measured, shapeText, StepCounter } from '../lossFacts.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  series: string | null;
  step: number;
  /** `one`: a softmax over one class. `batch`: the examples of the batch are taken for the classes. */
  kind: 'one' | 'batch';
  outputShape: number[] | undefined;
  targetShape: number[] | undefined;
  source: LossSeen['source'];
}

function isSoftmaxOverOne({ outputActivation, outputShape, outputMin }: LossSeen): boolean {
  if (outputActivation !== 'softmax' || outputShape?.at(-1) !== 1) return false;
  return outputMin === undefined || measured(outputMin) > 1 - 1e-6;
}

/**
 * One-dimensional logits with a target of zeros and several ones, in floating point: an example each, where the
 * function sees one example with so many classes. The target of one example sums up to one.
 */
function takesBatchForClasses({ function: name, outputShape, ...loss }: LossSeen): boolean {
  if (name !== 'cross_entropy' || outputShape?.length !== 1 || loss.targetShape?.length !== 1) return false;
  const binary =
    loss.targetDistinct === 2 && measured(loss.targetMin) === 0 && measured(loss.targetMax) === 1;
  return binary && !/int|long/.test(loss.targetDtype ?? 'int') && (loss.targetEntropy ?? 0) > 0;
}

function kindOf(loss: LossSeen): Evidence['kind'] | undefined {
  if ((isOverClasses(loss) && loss.classes === 1) || isSoftmaxOverOne(loss)) return 'one';
  return takesBatchForClasses(loss) ? 'batch' : undefined;
}

class OneOutputCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  private readonly losses = checkLosses(
    (loss) => isOverClasses(loss) || loss.outputActivation === 'softmax',
    (loss) => {
      const kind = kindOf(loss);
      return kind && { kind };
    },
  );

  readonly step = this.steps.count;
  readonly skipped = this.losses.skipped;

  readonly loss = (loss: LossSeen, facts: RunFacts): Evidence | undefined => {
    const found = this.losses.loss(loss, facts);
    return found && this.evidence(found.kind, found.series, found.loss);
  };

  readonly lossFailed = (failed: LossFailed): Evidence | undefined =>
    isOverClasses(failed) && failed.classes === 1 ? this.evidence('one', null, failed) : undefined;

  private evidence(
    kind: Evidence['kind'],
    series: string | null,
    { outputShape, targetShape, source }: LossSeen | LossFailed,
  ): Evidence {
    return { kind, series, step: this.steps.current, outputShape, targetShape, source };
  }
}

function message({ kind, outputShape, targetShape }: Evidence): Text {
  if (kind === 'batch')
    return text(
      'Cross-entropy takes the {0} examples of the batch for the classes of one example: output and target have shape {1}.',
      outputShape?.[0] ?? 0,
      shapeText(targetShape ?? []),
    );
  return outputShape === undefined
    ? text('The softmax goes over a single output, and is 1 whatever the model says.')
    : text(
        'The softmax goes over a single output (shape {0}), and is 1 whatever the model says.',
        shapeText(outputShape),
      );
}

export const oneOutputCrossEntropy = defineRule({
  id: 'one-output-cross-entropy',
  title: text('Cross-entropy over a single output'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new OneOutputCheck(),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation:
      evidence.kind === 'one'
        ? text(
            'The gradient is zero: nothing is learned. Two classes need two outputs, or one output with a sigmoid.',
          )
        : text(
            'The model learns which example of a batch is which, not what it is asked. One output needs a sigmoid.',
          ),
    anchor: 'loss',
    series: evidence.series,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [
      { title: text('Use binary cross-entropy with logits for one output'), safety: 'suggestion' },
      { title: text('Or give the last layer one output for each class'), safety: 'suggestion' },
    ],
    values: {
      ...(evidence.outputShape && { outputShape: shapeText(evidence.outputShape) }),
      ...(evidence.targetShape && { targetShape: shapeText(evidence.targetShape) }),
    },
  }),
  docs: {
    what: 'A softmax, alone or within a cross-entropy, goes over one output; or the batch is taken for the classes, because the output has lost its last dimension.',
    why: 'The softmax of one number is 1. The loss is a constant, 0 for class 0, and its gradient is zero, so nothing is learned.',
    how: 'A fact about the program: the number of classes of the loss function is 1, or a softmax puts out ones over a last dimension of 1. Output and target of one dimension are reported when the target is in floating point and has several ones among zeros: of one example’s distribution that cannot be. It is known at the first step, and also where PyTorch raises an error for the labels of the second class.',
    fix: [
      'A binary classifier with one output needs the binary cross-entropy:',
      '',
      '```python',
      '# before: the model has one output',
      'loss = F.cross_entropy(model(x), y)',
      '# after',
      'loss = F.binary_cross_entropy_with_logits(model(x).squeeze(1), y.float())',
      '```',
      '',
      '```js',
      '// before',
      "model.add(tf.layers.dense({ units: 1, activation: 'softmax' }));",
      '// after',
      "model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));",
      "model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });",
      '```',
    ].join('\n'),
    wrong:
      'A model whose number of classes is a parameter, tried with one class, is reported rightly but on purpose.',
  },
});
