import { type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { constantLevel } from '../constantLevel.js';
import { readable } from '../format.js';
import { hasSeveralObjectives, isElementwise } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SameBatches } from '../sameBatches.js';
import { isContrastive } from '../untrained.js';

interface Evidence {
  series: string;
  step: number;
  low: number;
  high: number;
  steps: number;
  rises: number;
}

const thresholds = {
  window: {
    default: 30,
    minimum: 8,
    maximum: 10000,
    unit: 'steps',
    description: 'Steps over which the loss is looked at.',
    origin: 'Long enough for a transient of momentum (10 steps) to be over.',
  },
  rise: {
    default: 1.2,
    minimum: 1.01,
    maximum: 100,
    unit: 'ratio',
    description: 'Loss over that of the step before that counts as a rise.',
    origin:
      'With all the data in each step only dropout is random; healthy programs of test/corpus rise by less than 5 %.',
  },
  rises: {
    default: 8,
    minimum: 2,
    maximum: 1000,
    unit: 'steps',
    description: 'Rises within the window.',
    origin: 'More than one in four steps undoes what the others did.',
  },
  share: {
    default: 0.3,
    minimum: 0,
    maximum: 10,
    unit: 'ratio',
    description:
      'Median of the window over the first loss, below which it has learned and may jump on a low level.',
    origin:
      'Training at the edge of stability oscillates and goes on falling (Cohen et al., arXiv:2103.00065).',
  },
};

/** Part of the loss before that is clearly lower. */
const LOWER = 0.8;
/** Examples from which on the variance of targets is known well enough, even where they have heavy tails. */
const ENOUGH = 32;

function mean(part: readonly number[]): number {
  return part.reduce((sum, value) => sum + value, 0) / part.length;
}

class OscillatingLossCheck implements Check<Evidence> {
  private recent: number[] = [];
  private first: number | undefined;
  /** Mean of the first window. */
  private early: number | undefined;
  private readonly batches = new SameBatches();
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const [loss, ...others] = facts.losses;
    const value = loss && step.scalar(loss.series);
    if (this.found || !loss || value === undefined || others.length > 0) return undefined;
    this.batches.take(step);
    if (!Number.isFinite(value)) {
      this.recent = [];
      return undefined;
    }
    this.first ??= value;
    this.recent.push(value);
    if (this.recent.length <= this.limits.window) return undefined;
    this.recent.shift();
    this.early ??= mean(this.recent);
    return this.judge(loss, step.step, facts);
  };

  private judge(loss: LossSeen, step: number, facts: RunFacts): Evidence | undefined {
    if (hasSeveralObjectives(facts) || isContrastive(loss) || loss.targetsMove) return undefined;
    const { rise, rises: least, share } = this.limits;
    const values = this.recent;
    const rises = values.filter((value, i) => i > 0 && value > rise * (values[i - 1] ?? Infinity)).length;
    const sorted = [...values].sort((a, b) => a - b);
    const median = sorted[values.length >> 1] ?? 0;
    const floor = this.batches.areSure ? share * Math.abs(this.first ?? Infinity) : aboveLevel(loss, sorted);
    if (rises < least || !(median > floor) || this.falls() || this.hasFallen()) return undefined;
    if (!this.batches.differ && !isRegular(values)) return undefined;
    this.found = true;
    return {
      series: loss.series,
      step,
      low: sorted[0] ?? NaN,
      high: sorted.at(-1) ?? NaN,
      steps: values.length,
      rises,
    };
  }

  private falls(): boolean {
    const half = this.recent.length >> 1;
    return mean(this.recent.slice(half)) < LOWER * mean(this.recent.slice(0, half));
  }

  /** Where batches differ: lower than in the first window. */
  private hasFallen(): boolean {
    return this.batches.differ && mean(this.recent) < LOWER * (this.early ?? -Infinity);
  }
}

/**
 * Where each step sees the same data an update that goes past the valley shows in the step after next, while what
 * dropout does to a loss knows nothing of the steps before. Of n independent numbers the autocorrelation has the
 * standard deviation 1/sqrt(n) (Bartlett 1946); three of them are asked for, since window after window is looked at.
 */
function isRegular(values: readonly number[]): boolean {
  const limit = 3 / Math.sqrt(values.length);
  return [1, 2].some((lag) => Math.abs(autocorrelation(values, lag)) > limit);
}

function autocorrelation(values: readonly number[], lag: number): number {
  const middle = mean(values);
  const apart = values.map((value) => value - middle);
  const product = (shift: number) => apart.reduce((sum, one, i) => sum + one * (apart[i - shift] ?? 0), 0);
  return product(lag) / product(0);
}

/**
 * Batches that differ make any loss jump; but not one that is never as good as a constant prediction. Returns what the
 * median must be above, infinite where three quarters of the losses are not above that level.
 */
function aboveLevel(loss: LossSeen, sorted: readonly number[]): number {
  if (isElementwise(loss) && (loss.targetShape?.[0] ?? 0) < ENOUGH) return Infinity;
  const level = constantLevel(loss, undefined, false);
  const quartile = sorted[sorted.length >> 2] ?? 0;
  return level && quartile > 1.5 * level.high ? level.high : Infinity;
}

export const oscillatingLoss = defineRule({
  id: 'oscillating-loss',
  title: text('Loss oscillates'),
  status: 'preview',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new OscillatingLossCheck(limits),
  explain: ({ series, step, low, high, steps, rises }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The loss jumps between {0} and {1} and does not fall: in the last {2} steps it rose {3} times.',
      readable(low),
      readable(high),
      steps,
      rises,
    ),
    explanation: text(
      'Each update goes past the valley that it is meant for and comes out higher on the other side. A learning rate that is too high is the usual reason.',
    ),
    anchor: 'loss',
    series,
    fixes: [
      { title: text('Lower the learning rate'), safety: 'suggestion' },
      { title: text('Clip the gradient norm before the optimizer step'), safety: 'suggestion' },
    ],
    values: { low, high, steps, rises },
  }),
  docs: {
    what: 'The loss jumps up and down by large factors, on a level that is no better than the start.',
    why: 'The steps are larger than the valleys of the loss: what one gains the next one loses.',
    how: 'Over the last `window` steps the loss rose by the factor `rise` at least `rises` times, and its second half is no lower than 0.8 of its first. Where every step sees the same data, the median must be above `share` of the first loss, and the loss of one step must tell that of the next or of the one after (autocorrelation beyond three standard deviations of noise), which it does not where dropout alone makes it jump; where batches differ, which makes any loss jump, three quarters of the losses must be above one and a half times that of the best constant prediction (of a regression: with at least 32 examples in a batch to tell it by), and their mean no lower than 0.8 of that of the first window. Losses of several optimizers or call sites, contrastive ones, and those towards targets that move, as the values of reinforcement learning do, are not judged.',
    fix: [
      'Lower the learning rate:',
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.SGD(model.parameters(), lr=2.0)',
      '# after',
      'optimizer = torch.optim.SGD(model.parameters(), lr=0.2)',
      '```',
      '',
      '```js',
      '// before',
      'const optimizer = tf.train.adam(1.0);',
      '// after',
      'const optimizer = tf.train.adam(0.001);',
      '```',
    ].join('\n'),
    wrong: 'Noise that the script adds to inputs of the same batch may look the same while the loss is high.',
  },
});
