import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LossTrend } from '../lossTrend.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  clipNorm: number;
  /** Median of the norm before clipping over the threshold. */
  factor: number;
  clipped: number;
  steps: number;
}

const thresholds = {
  steps: {
    default: 100,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Clipped steps before this is judged.',
    origin: 'The first gradients are often the largest; a hundred steps are past that.',
  },
  share: {
    default: 0.95,
    minimum: 0.5,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of the steps whose gradient was clipped.',
    origin:
      'Pascanu et al. (arXiv:1211.5063) take a threshold of about the average norm, or up to ten times it.',
  },
  factor: {
    default: 10,
    minimum: 1,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Median of the gradient norm over the threshold.',
    origin:
      'Clipping divides the learning rate of plain SGD by this; a factor of ten separates learning rates that people try one after the other.',
  },
};

/** Optimizers whose update is proportional to the gradient; the others divide its size out again. */
const PROPORTIONAL = /^(sgd|momentum)/i;

class EveryStepCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  private readonly factors: SlidingMedian;
  private clipped = 0;
  private steps = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {
    this.factors = new SlidingMedian(limits.steps);
  }

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.trend.add(step, facts);
    const [limit, norm] = [step.scalar(SERIES.clipNorm), step.scalar(SERIES.gradNorm)];
    if (limit === undefined || norm === undefined || !Number.isFinite(norm) || limit <= 0) return undefined;
    this.steps++;
    this.factors.add(norm / limit);
    if (norm > limit) this.clipped++;
    return this.verdict(step.step, limit, facts);
  };

  private verdict(step: number, clipNorm: number, facts: RunFacts): Evidence | undefined {
    const factor = this.factors.median ?? 0;
    if (this.steps < this.limits.steps || this.clipped < this.limits.share * this.steps) return undefined;
    if (factor < this.limits.factor || !PROPORTIONAL.test(facts.optimizers[0]?.name ?? '')) return undefined;
    if (!this.trend.stalled(this.limits.steps)) return undefined;
    this.found = true;
    return { step, clipNorm, factor, clipped: this.clipped, steps: this.steps };
  }
}

export const clippingEveryStep = defineRule({
  id: 'clipping-every-step',
  title: text('Clipping holds back every step'),
  status: 'stable',
  category: 'gradients',
  severity: 'warning',
  needs: [SERIES.clipNorm],
  thresholds,
  check: (limits) => new EveryStepCheck(limits),
  explain: ({ step, clipNorm, factor, clipped, steps }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'Of {1} gradients {0} were clipped to {2}, usually from {3} times as much, and the loss has not fallen.',
      clipped,
      steps,
      readable(clipNorm),
      readable(factor),
    ),
    explanation: text(
      'Clipping is meant for rare large gradients. When it is active at every step, the length of the gradient is lost and the learning rate is in effect divided by this factor. Raise the threshold to about the usual norm, or look for what makes the gradients so large.',
    ),
    anchor: 'clipping',
    series: SERIES.gradNorm,
    fixes: [
      { title: text('Raise the clipping threshold to about the usual gradient norm'), safety: 'suggestion' },
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
    ],
    values: { clipNorm, factor, clipped, steps },
  }),
  docs: {
    what: 'Practically every gradient is clipped to a small fraction of its length, and training does not get on.',
    why: 'With plain SGD or momentum a clipped gradient makes the step shorter: a threshold far below the usual norm acts like a learning rate that is too low by the same factor.',
    how: 'After `steps` steps with clipping by norm: at least `share` of the gradients were longer than the threshold, the median of their length over the threshold is at least `factor`, the optimizer’s update is proportional to the gradient (SGD, momentum), and the loss has not fallen. Clipping at every step that leaves training at work is common and is not reported; Adam and its kin divide the length out again.',
    fix: [
      'Look at the usual norm (the panel shows it with the threshold) and clip above it:',
      '',
      '```python',
      '# before: norms of about 50',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 0.01)',
      '# after',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 50.0)',
      '```',
      '',
      '```js',
      '// before: norms of about 50',
      'const factor = tf.minimum(1, tf.div(0.01, norm));',
      '// after',
      'const factor = tf.minimum(1, tf.div(50, norm));',
      '```',
    ].join('\n'),
    wrong: 'A loss that stands still for another reason while clipping happens to be tight.',
  },
});
