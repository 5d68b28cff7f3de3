import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  firstLoss: number;
  peak: number;
  peakStep: number;
  learningRate: number;
}

interface Limits {
  readonly start: number;
  readonly rise: number;
  readonly low: number;
}

const ATTENTION = /attention|transformer/i;
const RATE = `${SERIES.learningRate}/0`;

class NoWarmupCheck implements Check<Evidence> {
  private firstLoss: number | undefined;
  private firstRate: number | undefined;
  private warmsUp = false;
  private peak = { value: -Infinity, step: 0 };
  /** Steps since the last value above the first. */
  private recovered = 0;
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const loss = step.scalar(SERIES.loss);
    if (this.found || loss === undefined || !Number.isFinite(loss) || !isTransformer(facts)) return undefined;
    this.watchRate(step.scalar(RATE));
    this.firstLoss ??= loss;
    if (step.step < this.limits.start) this.watchPeak(loss, step.step);
    this.recovered = loss < this.firstLoss ? this.recovered + 1 : 0;
    return this.judge(step.step);
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    isTransformer(facts) ? undefined : text('The model has no attention layers.');

  private watchRate(rate: number | undefined): void {
    if (rate === undefined) return;
    this.firstRate ??= rate;
    this.warmsUp ||= rate > this.firstRate * 1.01;
  }

  private watchPeak(loss: number, step: number): void {
    if (loss > this.peak.value) this.peak = { value: loss, step };
  }

  /** The start was thrown far off, and the same learning rate works afterwards. */
  private judge(step: number): Evidence | undefined {
    const { firstLoss, firstRate, peak } = this;
    if (firstLoss === undefined || firstRate === undefined || this.warmsUp || firstLoss <= 0)
      return undefined;
    const thrown = peak.value > this.limits.rise * firstLoss && peak.step > 0;
    if (!thrown || this.recovered < this.limits.low) return undefined;
    this.found = true;
    return { step, firstLoss, peak: peak.value, peakStep: peak.step, learningRate: firstRate };
  }
}

function isTransformer({ layers, losses, optimizers }: RunFacts): boolean {
  return (
    losses.length === 1 &&
    optimizers.length === 1 &&
    !!layers?.layers.some(({ kind }) => ATTENTION.test(kind))
  );
}

export const noWarmup = defineRule({
  id: 'no-warmup',
  title: text('Unstable start without warm-up'),
  status: 'preview',
  category: 'optimisation',
  severity: 'hint',
  needs: [SERIES.loss],
  thresholds: {
    start: {
      default: 50,
      minimum: 5,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps that count as the start.',
      origin:
        'Adam’s estimate of the second moment has a memory of 1/(1 - 0.98) = 50 steps in transformers (arXiv:1706.03762).',
    },
    rise: {
      default: 3,
      minimum: 1,
      maximum: 1000,
      unit: 'ratio',
      description: 'Loss at the peak over the first loss.',
      origin:
        'A model that knows nothing has the highest loss that a sound start shows; three times that is a jump, not noise.',
    },
    low: {
      default: 20,
      minimum: 1,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps in a row below the first loss that show that the learning rate as such works.',
      origin: 'Without them the learning rate is too high throughout, which is another finding.',
    },
  },
  check: (limits) => new NoWarmupCheck(limits),
  explain: ({ step, firstLoss, peak, peakStep, learningRate }: Evidence) => ({
    severity: 'hint',
    step,
    message: text(
      'At the full learning rate of {0} the loss jumped from {1} to {2} at step {3} before it settled.',
      readable(learningRate),
      readable(firstLoss),
      readable(peak),
      peakStep,
    ),
    explanation: text(
      'The first updates of a transformer are the largest and the least reliable. Raising the learning rate from near zero over the first few hundred steps avoids the jump and often ends in a better model.',
    ),
    anchor: 'optimizer',
    series: SERIES.loss,
    fixes: [
      {
        title: text('Warm the learning rate up over the first few per cent of the steps'),
        safety: 'suggestion',
      },
    ],
    values: { firstLoss, peak, peakStep, learningRate },
  }),
  docs: {
    what: 'A model with attention layers starts at its full learning rate, the loss jumps far above its first value, and then training goes well.',
    why: 'Early gradients of transformers are large and Adam’s second moments are not yet known, so the first updates are too large (arXiv:2002.04745, arXiv:1908.03265). What they destroy has to be learned again.',
    how: 'Judged are runs with one loss, one optimizer and attention layers whose learning rate has not risen. The loss must exceed `rise` times its first value within the first `start` steps, and later stay below its first value for `low` steps in a row.',
    fix: [
      '```python',
      '# before',
      'optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)',
      '# after: call scheduler.step() after every optimizer.step()',
      'scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 500))',
      '```',
      '',
      '```js',
      '// before',
      'const optimizer = tf.train.adam(1e-3);',
      '// after, before every step',
      'optimizer.learningRate = 1e-3 * Math.min(1, (step + 1) / 500);',
      '```',
    ].join('\n'),
    wrong: 'A first batch that is much easier than the rest looks the same.',
  },
});
