import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  share: number;
  wait: number;
  total: number;
  steps: number;
}

interface Limits {
  readonly share: number;
  readonly wait: number;
  readonly total: number;
  readonly steps: number;
}

class DataBottleneckCheck implements Check<Evidence> {
  private readonly waits: SlidingMedian;
  private readonly shares: SlidingMedian;
  private seen = 0;
  private total = 0;
  private found = false;

  constructor(private readonly limits: Limits) {
    this.waits = new SlidingMedian(limits.steps);
    this.shares = new SlidingMedian(limits.steps);
  }

  readonly step = (step: StepView): Evidence | undefined => {
    const wait = step.scalar(SERIES.timeData);
    const whole = step.scalar(SERIES.timeStep);
    if (this.found || wait === undefined || whole === undefined || !(whole > 0)) return undefined;
    this.waits.add(wait);
    this.shares.add(wait / whole);
    this.total += wait;
    this.seen++;
    return this.judge(step.step);
  };

  readonly skipped = (): Text | undefined =>
    this.seen < this.limits.steps
      ? text('Only {0} steps with a data loader were timed, {1} are needed.', this.seen, this.limits.steps)
      : undefined;

  private judge(step: number): Evidence | undefined {
    const [wait, share] = [this.waits.median ?? 0, this.shares.median ?? 0];
    if (this.seen < this.limits.steps || this.total < this.limits.total) return undefined;
    if (wait < this.limits.wait || share < this.limits.share) return undefined;
    this.found = true;
    return { step, share, wait, total: this.total, steps: this.seen };
  }
}

export const dataBottleneck = defineRule({
  id: 'data-bottleneck',
  title: text('Training waits for data'),
  status: 'stable',
  category: 'resources',
  severity: 'warning',
  needs: [SERIES.timeData],
  thresholds: {
    share: {
      default: 0.5,
      minimum: 0.05,
      maximum: 1,
      unit: 'ratio',
      description: 'Median share of a step that is spent waiting for the loader.',
      origin: 'From one half on, loading costs more than everything that is learned from what was loaded.',
    },
    wait: {
      default: 0.02,
      minimum: 0,
      maximum: 60,
      unit: 'seconds',
      description: 'Median wait for one batch.',
      origin:
        'Collating 64 examples takes 0.3 to 1 ms in PyTorch and up to 5 ms in TensorFlow.js: tiny models wait longer than they compute, and nothing is wrong.',
    },
    total: {
      default: 1,
      minimum: 0,
      maximum: 86400,
      unit: 'seconds',
      description: 'Time lost so far.',
      origin: 'What is lost within a second is not worth a person’s attention.',
    },
    steps: {
      default: 12,
      minimum: 3,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps that the medians go over.',
      origin: 'The median of twelve is not moved by the start of workers or by a slow first batch.',
    },
  },
  check: (limits) => new DataBottleneckCheck(limits),
  explain: ({ step, share, wait, total, steps }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'Waiting for data takes {0} % of a step ({1} ms a batch, {2} s in {3} steps).',
      Math.round(share * 100),
      readable(wait * 1000),
      readable(total),
      steps,
    ),
    explanation: text(
      'Model and accelerator stand still while the loader prepares a batch. Load in parallel, do expensive work once instead of at every epoch, or keep the data in memory.',
    ),
    anchor: 'loader',
    series: SERIES.timeData,
    fixes: [
      { title: text('Load batches in worker processes (num_workers)'), safety: 'suggestion' },
      { title: text('Move expensive work out of the data set, or keep its results'), safety: 'suggestion' },
    ],
    values: { share, waitSeconds: wait, totalSeconds: total, steps },
  }),
  docs: {
    what: 'More than half of the time of a typical step is spent waiting for the next batch.',
    why: 'The training takes at least twice as long as it has to, and a faster accelerator would not change that.',
    how: 'The time between asking the loader for a batch and getting it is compared with the time of the whole step. Reported when, over the last `steps` steps, the median share is at least `share` and the median wait at least `wait`, and `total` seconds have been lost.',
    fix: [
      '```python',
      '# before',
      'loader = DataLoader(dataset, batch_size=64, shuffle=True)',
      '# after',
      'loader = DataLoader(dataset, batch_size=64, shuffle=True, num_workers=4, persistent_workers=True)',
      '```',
      '',
      '```js',
      '// before: decoded again in every epoch',
      'const batches = dataset.map(decode).batch(64);',
      '// after',
      'const batches = dataset.map(decode).prefetch(4).batch(64).prefetch(2);',
      '```',
    ].join('\n'),
    wrong:
      'A loader that waits on purpose, for data that arrive while training goes on, is reported as well.',
  },
});
