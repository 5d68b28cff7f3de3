import { type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LearningWatch, type Stuck } from '../learning.js';
import { measured } from '../lossFacts.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

type Evidence = Stuck & { classes: number };

/** As in not-learning. */
const LEARNING = { steps: 40, share: 0.9, progress: 0.03 };
const LEAST_CLASSES = 3;

/** Rows with a single one among zeros: as many ones as rows, for three classes or more. */
function oneHotClasses({
  outputShape,
  targetDistinct,
  targetMin,
  targetMax,
  targetMean = NaN,
  ...loss
}: LossSeen): number {
  const classes = outputShape?.length === 2 && loss.targetShape?.length === 2 ? (outputShape[1] ?? 0) : 0;
  const binary = targetDistinct === 2 && measured(targetMin) === 0 && measured(targetMax) === 1;
  return binary && classes >= LEAST_CLASSES && Math.abs(targetMean * classes - 1) < 1e-5 ? classes : 0;
}

class UnsuitedLossCheck implements Check<Evidence> {
  private readonly watch = new LearningWatch(LEARNING);
  private classes = 0;
  private found = false;

  readonly loss = (loss: LossSeen): undefined => {
    this.watch.loss(loss);
    if (loss.function === 'mse_loss' || loss.function === 'l1_loss') this.classes ||= oneHotClasses(loss);
  };

  readonly labels = (labels: Labels): undefined => {
    this.watch.labels(labels);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined =>
    this.judge(this.watch.step(step, facts));

  readonly bye = (bye: Bye, facts: RunFacts): Evidence | undefined =>
    this.judge(this.found ? undefined : this.watch.bye(bye, facts));

  readonly skipped = (): Text | undefined =>
    this.classes > 0 ? undefined : text('No squared or absolute error over one-hot labels has been seen.');

  private judge(stuck: Stuck | undefined): Evidence | undefined {
    if (!stuck || this.classes === 0) return undefined;
    this.found = true;
    return { ...stuck, classes: this.classes };
  }
}

export const unsuitedLoss = defineRule({
  id: 'unsuited-loss',
  title: text('Loss does not suit the task'),
  status: 'preview',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {},
  check: () => new UnsuitedLossCheck(),
  explain: ({ series, step, loss, level, classes }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'A classification of {0} classes is trained by a regression loss, and has learned nothing: the loss is {1}, that of a constant prediction {2}.',
      classes,
      readable(loss),
      readable(level),
    ),
    explanation: text(
      'The gradient of a squared error behind a softmax vanishes where the model is sure and wrong; that of the cross-entropy does not.',
    ),
    anchor: 'loss',
    series,
    fixes: [{ title: text('Use the cross-entropy for classes'), safety: 'suggestion' }],
    values: { classes, loss, level },
  }),
  docs: {
    what: 'A classification with one-hot labels is trained by a squared or absolute error and learns nothing.',
    why: 'Such losses can train a classifier, but weakly: the more classes, the nearer to zero is the answer that costs least, and a softmax that is sure and wrong gets no gradient.',
    how: 'The target has as many columns as the output, three or more, is zero or one and sums up to one for each row; and towards its end the run has learned nothing, as in not-learning. Where such a loss works it is not reported.',
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
    wrong: 'A run that learns nothing for another reason is told of its loss as well.',
  },
});
