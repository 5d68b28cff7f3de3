import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives, isElementwise } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';
import { isContrastive } from '../untrained.js';

interface Evidence {
  series: string;
  step: number;
  peak: number;
  usual: number;
  first: number;
}

const thresholds = {
  factor: {
    default: 30,
    minimum: 2,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Loss over its running median that counts as a spike.',
    origin: 'Batches of eight examples of heavy-tailed losses differ by a factor of ten; three times that.',
  },
  start: {
    default: 5,
    minimum: 1,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Loss over its first value that counts as a spike.',
    origin: 'Spikes that Adam makes on a low level stay below the loss of an untrained model.',
  },
  window: {
    default: 50,
    minimum: 10,
    maximum: 10000,
    unit: 'steps',
    description: 'Steps of the running median; as many must have been before.',
    origin: 'Long enough that single batches do not move it.',
  },
  samples: {
    default: 8,
    minimum: 1,
    maximum: 10000,
    unit: 'examples',
    description: 'Examples a step must have to be judged.',
    origin: 'The loss of a single example may be anything.',
  },
};

class LossSpikeCheck implements Check<Evidence> {
  private readonly usual: SlidingMedian;
  private taken = 0;
  private first = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {
    this.usual = new SlidingMedian(limits.window);
  }

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const found = this.gate(step, facts);
    const value = facts.losses[0] && step.scalar(facts.losses[0].series);
    if (value === undefined || !Number.isFinite(value)) return found;
    if (this.taken++ === 0) this.first = value;
    this.usual.add(value);
    return found;
  };

  readonly gate = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const [loss, ...others] = facts.losses;
    const value = loss && step.scalar(loss.series);
    if (!loss || value === undefined || !Number.isFinite(value) || others.length > 0 || this.found)
      return undefined;
    const usual = this.usual.median ?? 0;
    const known =
      loss.function !== 'unknown' && loss.pure && !isContrastive(loss) && !hasSeveralObjectives(facts);
    const { window, samples, factor, start } = this.limits;
    // Without a loader the first batch tells how large they are; but values to be met may be the model's own.
    const given = isElementwise(loss) ? undefined : loss.targetShape?.[0];
    const size = step.scalar(SERIES.samples) ?? given ?? 0;
    if (!known || this.taken < window || size < samples) return undefined;
    if (value < factor * usual || value < start * Math.abs(this.first) || step.scalar(SERIES.skipped) === 1)
      return undefined;
    this.found = true;
    return { series: loss.series, step: step.step, peak: value, usual, first: this.first };
  };
}

export const lossSpike = defineRule({
  id: 'loss-spike',
  title: text('Loss spikes'),
  status: 'preview',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new LossSpikeCheck(limits),
  explain: ({ series, step, peak, usual, first }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The loss jumped to {0} at step {1}, from {2} in the steps before.',
      readable(peak),
      step,
      readable(usual),
    ),
    explanation: text(
      'That is far more than before training began ({0}). Look at the batch of that step: an example that is wrong or far from all others. Or an update was too large, which clipping would have bounded.',
      readable(first),
    ),
    anchor: 'loss',
    series,
    fixes: [
      { title: text('Look at the examples of that batch'), safety: 'suggestion' },
      { title: text('Clip the gradient norm before the optimizer step'), safety: 'suggestion' },
    ],
    values: { peak, usual, first },
  }),
  docs: {
    what: 'In a training that went well, the loss of one step is suddenly many times as large.',
    why: 'One corrupt batch or one update that is too large can undo hours of training, and often comes again in the next epoch.',
    how: 'The loss is `factor` times its running median over `window` steps and `start` times its first value, in a step of `samples` examples or more (without a loader the first batch tells how many, and only losses over classes are judged). Losses of the script’s own, sums with other terms, losses of several optimizers or call sites and contrastive ones are not judged.',
    fix: [
      'Clip the gradient, and look at the data:',
      '',
      '```python',
      '# before',
      'loss.backward()',
      'optimizer.step()',
      '# after',
      'loss.backward()',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)',
      'optimizer.step()',
      '```',
      '',
      '```js',
      '// before: a price typed with two zeros too many',
      'const rows = table;',
      '// after',
      'const rows = table.filter(({ price }) => price < 1e6);',
      '```',
    ].join('\n'),
    wrong: 'Data whose targets have very rare and very large values on purpose.',
  },
});
