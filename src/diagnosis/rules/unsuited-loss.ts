import { type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text, type WireNumber } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LearningWatch, type Stuck } from '../learning.js';
import { isElementwise, measured, oneHotClasses, sizeOf } from '../lossFacts.js';
import {
  type Anchor,
  type Check,
  defineRule,
  type Explained,
  type Limits,
  type RunFacts,
  type StepView,
} from '../rule.js';

type Evidence = { series: string; step: number } & (
  | ({ kind: 'one-hot'; classes: number } & Pick<Stuck, 'loss' | 'level'>)
  | { kind: 'numbers'; classes: number }
  | { kind: 'sign' }
);

/** As in not-learning. */
const LEARNING = { steps: 40, share: 0.9, progress: 0.03 };

const thresholds = {
  errors: {
    default: 3,
    minimum: 1,
    maximum: 10,
    unit: 'standard errors',
    description: 'How far mean and variance of whole targets may be from those of equally frequent classes.',
    origin:
      'Of equally frequent classes one batch in two hundred is further off, by the normal distribution.',
  },
  examples: {
    default: 4,
    minimum: 1,
    maximum: 1000,
    unit: 'examples per class',
    description: 'Targets that the first batch must have for each class.',
    origin: 'A class is then missing from a batch less than once in fifty times (e^-4).',
  },
};

const LEAST_CLASSES = 3;
/** Kurtosis of a discrete uniform distribution of many values, less one: the relative variance of its variance. */
const UNIFORM_SPREAD = 0.8;

/** Whether the loader gives the targets as whole numbers, one for each example. */
function areWholeNumbers({ firstBatch }: RunFacts): boolean {
  const target = firstBatch?.tensors.find(({ name }) => /^(target|label)s?$|^y$/.test(name));
  return target !== undefined && /^u?int/.test(target.dtype) && sizeOf(target.shape) === target.shape[0];
}

/** Classes whose numbers 0, 1, 2 … are the targets of one output, all about equally frequent; 0 for others. */
function numberedClasses(loss: LossSeen, facts: RunFacts, limits: Limits<typeof thresholds>): number {
  const { targetShape, outputShape, targetDistinct = 0, targetMean = NaN, targetVariance = NaN } = loss;
  const [n, classes] = [targetShape?.[0] ?? 0, measured(loss.targetMax) + 1];
  const single = sizeOf(outputShape) === n && sizeOf(targetShape) === n && areWholeNumbers(facts);
  if (!isElementwise(loss) || !single || measured(loss.targetMin) !== 0) return 0;
  if (!(classes >= LEAST_CLASSES) || targetDistinct < classes - 1 || n < limits.examples * classes) return 0;
  const variance = (classes ** 2 - 1) / 12;
  const offMean = Math.abs(targetMean - (classes - 1) / 2) / Math.sqrt(variance / n);
  const offVariance = Math.abs(targetVariance / variance - 1) / Math.sqrt(UNIFORM_SPREAD / n);
  return Math.max(offMean, offVariance) <= limits.errors ? classes : 0;
}

class UnsuitedLossCheck implements Check<Evidence> {
  private readonly watch = new LearningWatch(LEARNING);
  private seen: LossSeen | undefined;
  private classes = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly loss = (loss: LossSeen): undefined => {
    this.watch.loss(loss);
    this.seen ??= loss;
    if (loss.function === 'mse_loss' || loss.function === 'l1_loss') this.classes ||= oneHotClasses(loss);
  };

  readonly labels = (labels: Labels): undefined => {
    this.watch.labels(labels);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const stuck = this.watch.step(step, facts);
    return this.once(this.atOnce(step.step, facts) ?? this.inTheEnd(stuck));
  };

  readonly bye = (bye: Bye, facts: RunFacts): Evidence | undefined =>
    this.found ? undefined : this.once(this.inTheEnd(this.watch.bye(bye, facts)));

  readonly skipped = (): Text | undefined =>
    this.seen ? undefined : text('No loss function that this is about has been seen.');

  private once(evidence: Evidence | undefined): Evidence | undefined {
    if (this.found || !evidence) return undefined;
    this.found = true;
    return evidence;
  }

  /** What the first batch shows. */
  private atOnce(step: number, facts: RunFacts): Evidence | undefined {
    const { seen } = this;
    if (!seen || this.found) return undefined;
    if (seen.logProbability) return { kind: 'sign', series: seen.series, step };
    const classes = numberedClasses(seen, facts, this.limits);
    return classes > 0 ? { kind: 'numbers', series: seen.series, step, classes } : undefined;
  }

  private inTheEnd(stuck: Stuck | undefined): Evidence | undefined {
    return stuck && this.classes > 0 ? { kind: 'one-hot', ...stuck, classes: this.classes } : undefined;
  }
}

const CROSS_ENTROPY = { title: text('Use the cross-entropy for classes'), safety: 'suggestion' } as const;

interface Told extends Pick<Explained, 'severity' | 'message' | 'explanation' | 'fixes'> {
  anchor: Anchor;
  values: Record<string, WireNumber | string>;
}

function told(evidence: Evidence): Told {
  switch (evidence.kind) {
    case 'sign':
      return {
        severity: 'error',
        message: text('The loss is a log-probability without its minus: the optimizer makes it smaller.'),
        explanation: text(
          'The smaller the log-probability of the right answer, the less likely the model takes it for. The loss falls without end, and the model learns to be wrong.',
        ),
        anchor: 'backward',
        fixes: [{ title: text('Put a minus before the log-probability'), safety: 'suggestion' }],
        values: { kind: evidence.kind },
      };
    case 'numbers':
      return {
        severity: 'warning',
        message: text(
          'The targets are the whole numbers 0 to {0}, about equally often, and a regression loss takes these numbers of classes for amounts.',
          evidence.classes - 1,
        ),
        explanation: text(
          'By such a loss class 4 is nearer to class 3 than to class 0, and an example between classes 0 and 2 is answered by 1.',
        ),
        anchor: 'loss',
        fixes: [CROSS_ENTROPY],
        values: { kind: evidence.kind, classes: evidence.classes },
      };
    case 'one-hot':
      return {
        severity: 'warning',
        message: text(
          'A classification of {0} classes is trained by a regression loss, and has learned nothing: the loss is {1}, that of a constant prediction {2}.',
          evidence.classes,
          readable(evidence.loss),
          readable(evidence.level),
        ),
        explanation: text(
          'The gradient of a squared error behind a softmax vanishes where the model is sure and wrong; that of the cross-entropy does not.',
        ),
        anchor: 'loss',
        fixes: [CROSS_ENTROPY],
        values: {
          kind: evidence.kind,
          classes: evidence.classes,
          loss: evidence.loss,
          level: evidence.level,
        },
      };
  }
}

export const unsuitedLoss = defineRule({
  id: 'unsuited-loss',
  title: text('Loss does not suit the task'),
  status: 'preview',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new UnsuitedLossCheck(limits),
  explain: (evidence: Evidence) => ({ step: evidence.step, series: evidence.series, ...told(evidence) }),
  docs: {
    what: 'A classification is trained by a squared or absolute error: over the numbers of its classes, or over one-hot labels, of which it learns nothing. Or a log-probability that the script writes out itself is minimised, because its minus is missing.',
    why: 'Numbers of classes have no order, and the loss gives them one. Over one-hot labels such losses can train a classifier, but weakly: the more classes, the nearer to zero is the answer that costs least, and a softmax that is sure and wrong gets no gradient.',
    how: 'Numbers: the loader gives the targets as integers, one for each example, the model has one output, and the first batch has the values 0, 1, 2 … to the largest with `examples` for each; mean and variance are within `errors` of those of values that are all equally frequent, as classes are and amounts are not. One-hot labels: the target has as many columns as the output, three or more, is zero or one and sums up to one for each row; and towards its end the run has learned nothing, as in not-learning. Where such a loss works it is not reported. Sign: every term of the scalar that goes backward is the output of a `log_softmax` or `logsigmoid`, or the logarithm of a softmax or sigmoid, picked or weighted by zeros and ones, with a factor above zero.',
    fix: [
      'Use the loss that is made for classes:',
      '',
      '```python',
      '# before',
      'loss = F.mse_loss(model(x).softmax(1), F.one_hot(y, 10).float())',
      '# after',
      'loss = F.cross_entropy(model(x), y)',
      '```',
      '',
      '```js',
      '// before',
      "model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });",
      '// after',
      "model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });",
      '```',
    ].join('\n'),
    wrong:
      'A run that learns nothing for another reason is told of its loss as well. Amounts that are whole, equally frequent and start at zero look like classes. Training that is to make a model forget minimises log-probabilities on purpose.',
  },
});
