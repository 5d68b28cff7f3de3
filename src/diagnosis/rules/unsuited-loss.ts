import { type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text, type WireNumber } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LearningWatch, type Stuck } from '../learning.js';
import { hasSeveralObjectives, isElementwise, oneHotClasses, sizeOf } from '../lossFacts.js';
import { isMatrix, isResumed, parametersOf } from '../parameterTable.js';
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
  | { kind: 'negated'; name: string }
);

/** As in not-learning. */
const LEARNING = { steps: 100, share: 0.9, progress: 0.03 };

const thresholds = {
  balance: {
    default: 0.5,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description:
      'The rarest of the whole numbers over the commonest that makes them classes rather than amounts, with three standard errors to spare.',
    origin:
      'Sets of examples for classification are collected with about as many of each; amounts that are counted have rare extremes: of a Poisson distribution with mean 4 the ratio of 0 to 4 is a tenth, and of the sum of two coins, the flattest, that of 0 to 1 is a half.',
  },
};

const LEAST_CLASSES = 3;
const STANDARD_ERRORS = 3;

/** One number as the output for each example. */
function isSingle(loss: LossSeen): boolean {
  const n = loss.targetShape?.[0];
  return isElementwise(loss) && sizeOf(loss.targetShape) === n && sizeOf(loss.outputShape) === n;
}

/** The least that the ratio of two numbers of examples may be, as far as these tell. */
function leastRatio(few: number, many: number): number {
  return (few / many) * Math.exp(-STANDARD_ERRORS * Math.sqrt(1 / few + 1 / many));
}

/** The numbers of the classes 0, 1, 2 …, all about equally frequent; 0 where these are not such. */
function numberedClasses(counts: readonly number[], limits: Limits<typeof thresholds>): number {
  const isBalanced = leastRatio(Math.min(...counts), Math.max(...counts)) >= limits.balance;
  return counts.length >= LEAST_CLASSES && isBalanced ? counts.length : 0;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function added(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

/** The targets of a regression on whole numbers, no example twice: of a first pass, or of one batch where none is known. */
class WholeNumbers {
  counts: readonly number[] = [];
  private last: Labels | undefined;
  private passed = false;

  add(labels: Labels): void {
    const { epoch, batch = 0, counts } = labels;
    const { last } = this;
    this.last = labels;
    if (epoch === undefined) {
      if (total(counts) > total(this.counts)) this.counts = counts;
      return;
    }
    this.passed ||= last !== undefined && (last.epoch !== epoch || batch <= (last.batch ?? 0));
    if (!this.passed) this.counts = added(this.counts, counts);
  }
}

/** Steps with a loss below zero after which it is sure that the error is maximised. */
const NEGATIVE_STEPS = 10;

/**
 * Whether the only loss of a model that learns from scratch is minus an error. What attacks a model maximises its
 * error as well, over the input; what makes it forget does over loaded weights.
 */
function isMaximised(loss: LossSeen, facts: RunFacts): boolean {
  if (!loss.negated || facts.losses.length > 1 || hasSeveralObjectives(facts) || isResumed(facts))
    return false;
  const trained = parametersOf(facts).filter((one) => isMatrix(one) && one.optimizer >= 0);
  return trained.length > 1 || trained.some(({ layer }) => layer >= 0);
}

class UnsuitedLossCheck implements Check<Evidence> {
  private readonly watch = new LearningWatch(LEARNING);
  private seen: LossSeen | undefined;
  private classes = 0;
  private readonly numbers = new WholeNumbers();
  private negative = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly loss = (loss: LossSeen): undefined => {
    this.watch.loss(loss);
    this.seen ??= loss;
    if (loss.function === 'mse_loss' || loss.function === 'l1_loss') this.classes ||= oneHotClasses(loss);
  };

  readonly labels = (labels: Labels): undefined => {
    this.watch.labels(labels);
    if (this.seen && isSingle(this.seen)) this.numbers.add(labels);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const stuck = this.watch.step(step, facts);
    const loss = this.seen && step.scalar(this.seen.series);
    if (loss !== undefined) this.negative = loss < 0 ? this.negative + 1 : -Infinity;
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

  /** What the first batches show. */
  private atOnce(step: number, facts: RunFacts): Evidence | undefined {
    const { seen } = this;
    if (!seen || this.found) return undefined;
    if (seen.logProbability) return { kind: 'sign', series: seen.series, step };
    if (this.negative >= NEGATIVE_STEPS && isMaximised(seen, facts)) {
      return { kind: 'negated', series: seen.series, step, name: seen.function };
    }
    const classes = numberedClasses(this.numbers.counts, this.limits);
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

type WrongSign = Extract<Evidence, { kind: 'sign' | 'negated' }>;

function wrongSign(evidence: WrongSign): Told {
  if (evidence.kind === 'sign') {
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
  }
  return {
    severity: 'error',
    message: text('The loss is minus {0}: the optimizer makes the error larger.', evidence.name),
    explanation: text(
      'Optimizers minimise. Minus an error has no least value: the loss falls without end, and the model learns to be wrong.',
    ),
    anchor: 'backward',
    fixes: [{ title: text('Take the minus away'), safety: 'suggestion' }],
    values: { kind: evidence.kind, function: evidence.name },
  };
}

function told(evidence: Evidence): Told {
  switch (evidence.kind) {
    case 'sign':
    case 'negated':
      return wrongSign(evidence);
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
    what: 'A classification is trained by a squared or absolute error: over the numbers of its classes, or over one-hot labels, of which it learns nothing. Or a log-probability that the script writes out itself is minimised, because its minus is missing; or minus an error is, because it has one too many.',
    why: 'Numbers of classes have no order, and the loss gives them one. Over one-hot labels such losses can train a classifier, but weakly: the more classes, the nearer to zero is the answer that costs least, and a softmax that is sure and wrong gets no gradient.',
    how: 'Numbers: the targets (PyTorch: of the loader) are whole, one for each example, and the model has one output. In the first epoch so far, or in a single batch where there are no epochs, the numbers are 0, 1, 2 … without a gap, and the rarest is at least `balance` times as frequent as the commonest, even with three standard errors less, as classes are and amounts are not. One-hot labels: the target has as many columns as the output, three or more, is zero or one and sums up to one for each row; and towards its end the run has learned nothing, as in not-learning. Where such a loss works it is not reported. Sign: every term of the scalar that goes backward is the output of a `log_softmax` or `logsigmoid`, or the logarithm of a softmax or sigmoid, picked or weighted by zeros and ones, with a factor above zero. Or the only loss of a model that was not loaded is minus what a loss function returns, and below zero for ten steps.',
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
