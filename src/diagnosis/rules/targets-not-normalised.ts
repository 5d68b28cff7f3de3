import { type Bye, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text, toWire } from '../../protocol/values.js';
import { readable } from '../format.js';
import { History } from '../history.js';
import { hasSeveralObjectives, isElementwise, measured } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  series: string;
  step: number;
  consequence: 'slow' | 'diverged';
  mean: number;
  std: number;
  loss: number;
  /** Loss of answering the mean of the targets, or more. */
  level: number;
}

const thresholds = {
  scale: {
    default: 30,
    minimum: 3,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Root mean square of the targets from which on they count as large.',
    origin:
      'The first outputs of a model are about 1; targets to about 20, as prices in thousands, are learned in some hundred steps.',
  },
  steps: {
    default: 40,
    minimum: 10,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps before a slow start is said.',
    origin: 'As in not-learning.',
  },
  early: {
    default: 100,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps within which a loss that is not finite is put down to the targets.',
    origin: 'The first gradients are proportional to the targets; later ones are not.',
  },
};

/** Inputs that are large as well are the first cause; see inputs-not-normalised. */
const LARGE_INPUTS = 20;

/**
 * The loss of answering the mean, or more. Far from the targets other losses than the squared error are a multiple of
 * the distance, for which the first value over the size of the targets stands; its mean is no more than its deviation.
 */
function levelOf({
  function: name,
  targetVariance = NaN,
  targetMeanAbsolute = NaN,
  value,
}: LossSeen): number {
  if (name === 'mse_loss') return targetVariance;
  const slope = name === 'l1_loss' ? 1 : Math.max(1, measured(value) / targetMeanAbsolute);
  return slope * Math.sqrt(targetVariance);
}

/** Three standard errors of a variance from so many values, of its root half as much. */
function uncertaintyOf({ function: name, targetShape }: LossSeen): number {
  const error = Math.sqrt(2 / Math.max(1, (targetShape?.[0] ?? 0) - 1));
  return (name === 'mse_loss' ? 3 : 1.5) * error;
}

class TargetsCheck implements Check<Evidence> {
  private readonly history = new History();
  private seen: LossSeen | undefined;
  private latest = -1;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly loss = (loss: LossSeen): undefined => {
    const large = Math.sqrt(loss.targetMeanSquare ?? 0) >= this.limits.scale;
    if (!this.seen && isElementwise(loss) && loss.pure && loss.reduction !== 'sum' && large) this.seen = loss;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.latest = step.step;
    const value = this.seen && step.scalar(this.seen.series);
    if (!this.seen || value === undefined || this.found) return undefined;
    if (!Number.isFinite(value)) {
      const early = step.step > 0 && step.step <= this.limits.early;
      return early && this.seen.function === 'mse_loss' ? this.evidence('diverged', value, facts) : undefined;
    }
    this.history.add(value);
    const { totalSteps, epochs } = facts.plan ?? {};
    const due =
      totalSteps !== undefined && epochs !== undefined && step.step + 1 === Math.ceil(0.9 * totalSteps);
    return due ? this.slow(facts) : undefined;
  };

  readonly bye = (_bye: Bye, facts: RunFacts): Evidence | undefined =>
    this.found ? undefined : this.slow(facts);

  readonly skipped = (): Text | undefined =>
    this.seen ? undefined : text('No regression loss with large targets has been seen.');

  /** Worse than the mean of the targets, which is a matter of one bias. */
  private slow(facts: RunFacts): Evidence | undefined {
    if (!this.seen || this.history.length < this.limits.steps) return undefined;
    const { mean, error } = this.history.part(0.75, 1);
    const isWorse = mean - 3 * error > levelOf(this.seen) * (1 + uncertaintyOf(this.seen));
    return isWorse ? this.evidence('slow', mean, facts) : undefined;
  }

  private evidence(
    consequence: Evidence['consequence'],
    loss: number,
    facts: RunFacts,
  ): Evidence | undefined {
    const { seen } = this;
    const input = facts.firstBatch?.tensors.find(({ name }) => !/target|label/i.test(name));
    const size = Math.hypot(measured(input?.mean), measured(input?.std));
    if (!seen || hasSeveralObjectives(facts) || size >= LARGE_INPUTS) return undefined;
    this.found = true;
    const { series, targetMean: mean = NaN, targetVariance: variance = NaN } = seen;
    const level = levelOf(seen);
    return { series, step: this.latest, consequence, mean, std: Math.sqrt(variance), loss, level };
  }
}

export const targetsNotNormalised = defineRule({
  id: 'targets-not-normalised',
  title: text('Targets are not normalised'),
  status: 'preview',
  category: 'data',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new TargetsCheck(limits),
  explain: ({ series, step, consequence, mean, std, loss, level }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The targets have mean {0} and standard deviation {1}, and are not normalised.',
      readable(mean),
      readable(std),
    ),
    explanation:
      consequence === 'slow'
        ? text(
            'The loss is still {0}, more than the {1} of answering the mean: the outputs, which begin near zero, have not come as far as the targets yet.',
            readable(loss),
            readable(level),
          )
        : text(
            'The gradient of a squared error is proportional to the targets; the first updates were so large that the loss is {0}.',
            readable(loss),
          ),
    anchor: 'loss',
    series,
    fixes: [
      {
        title: text('Train on targets of zero mean and unit variance, and undo that for predictions'),
        safety: 'suggestion',
      },
      {
        title: text('Or begin with the mean of the targets as the bias of the last layer'),
        safety: 'suggestion',
      },
    ],
    values: { mean, std, loss: toWire(loss), consequence },
  }),
  docs: {
    what: 'A regression has targets of hundreds or more, and that is what stands in its way.',
    why: 'The outputs of a fresh model are about one. With Adam each update moves them by about the learning rate, so large targets are far away; with plain gradient descent the first gradients are as large as the targets, and training diverges.',
    how: 'A regression loss, not summed, whose targets have a root mean square of `scale` or more, together with a consequence: within `early` steps a squared error is not finite; or, when nine tenths of the plan are done or at the end and after `steps` steps, the loss of the last quarter is above that of answering the mean (the variance of the targets for the squared error; for others their standard deviation, times what the first loss was over the size of the targets) by more than the errors of both. Where the inputs are large too, inputs-not-normalised speaks instead.',
    fix: [
      'Train on normalised targets:',
      '',
      '```python',
      '# before: prices of some 200,000',
      'loss = F.mse_loss(model(x), y)',
      '# after',
      'mean, std = y_train.mean(), y_train.std()',
      'loss = F.mse_loss(model(x), (y - mean) / std)',
      '```',
      '',
      '```js',
      '// before',
      'await model.fit(x, y);',
      '// after',
      'const { mean, variance } = tf.moments(y);',
      'await model.fit(x, y.sub(mean).div(variance.sqrt()));',
      '```',
    ].join('\n'),
    wrong:
      'A learning rate that is far too low or too high shows the same consequences; large targets make it so.',
  },
});
