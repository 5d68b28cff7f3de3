import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  outliers: number;
  median: number;
  longest: number;
  lost: number;
  share: number;
}

interface Limits {
  readonly factor: number;
  readonly seconds: number;
  readonly outliers: number;
  readonly share: number;
  readonly window: number;
}

class StepTimeOutliersCheck implements Check<Evidence> {
  private readonly recent: SlidingMedian;
  private seen = 0;
  private total = 0;
  private lost = 0;
  private outliers = 0;
  private longest = 0;

  constructor(private readonly limits: Limits) {
    this.recent = new SlidingMedian(limits.window);
  }

  readonly step = (step: StepView): Evidence | undefined => {
    const seconds = step.scalar(SERIES.timeStep);
    if (seconds === undefined) return undefined;
    const median = this.recent.median ?? seconds;
    this.recent.add(seconds);
    this.total += seconds;
    const warm = this.seen++ >= this.limits.window;
    if (!warm || seconds < this.limits.factor * median || seconds < this.limits.seconds) return undefined;
    return this.outlier(step.step, seconds, median);
  };

  private outlier(step: number, seconds: number, median: number): Evidence | undefined {
    this.outliers++;
    this.lost += seconds - median;
    this.longest = Math.max(this.longest, seconds);
    const share = this.lost / this.total;
    if (this.outliers < this.limits.outliers || share < this.limits.share) return undefined;
    return { step, outliers: this.outliers, median, longest: this.longest, lost: this.lost, share };
  }
}

export const stepTimeOutliers = defineRule({
  id: 'step-time-outliers',
  title: text('Some steps take far longer than the rest'),
  status: 'stable',
  category: 'resources',
  severity: 'info',
  needs: [SERIES.timeStep],
  thresholds: {
    factor: {
      default: 20,
      minimum: 2,
      maximum: 10000,
      unit: 'ratio',
      description: 'Time of a step over the running median.',
      origin: 'Garbage collection, logging and a busy machine make steps several times longer now and then.',
    },
    seconds: {
      default: 1,
      minimum: 0,
      maximum: 3600,
      unit: 'seconds',
      description: 'Time of such a step.',
      origin: 'Shorter ones nobody waits for.',
    },
    outliers: {
      default: 3,
      minimum: 1,
      maximum: 1000,
      unit: '1',
      description: 'How many of them there must be.',
      origin: 'One or two are a checkpoint or a pause of the machine.',
    },
    share: {
      default: 0.25,
      minimum: 0,
      maximum: 1,
      unit: 'ratio',
      description: 'Time lost in them, of all the time of steps.',
      origin: 'Less than a quarter is what saving and logging commonly cost.',
    },
    window: {
      default: 20,
      minimum: 5,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps that the median goes over, and that are not judged at the start.',
      origin: 'The first steps load libraries and compile kernels.',
    },
  },
  check: (limits) => new StepTimeOutliersCheck(limits),
  explain: ({ step, outliers, median, longest, lost, share }: Evidence) => ({
    severity: 'info',
    step,
    message: text(
      'There were {0} steps of up to {1} s while the median is {2} ms: {3} % of the time.',
      outliers,
      readable(longest),
      readable(median * 1000),
      Math.round(share * 100),
    ),
    explanation: text(
      'Something holds the training up again and again: a slow file system, saving too often, shapes that are compiled anew, or another process on the machine. The split of the step’s time shows in which part it happens.',
    ),
    anchor: 'step',
    series: SERIES.timeStep,
    fixes: [
      { title: text('Save and log less often'), safety: 'suggestion' },
      { title: text('Keep the shapes of batches the same where kernels are compiled'), safety: 'suggestion' },
    ],
    values: { outliers, medianSeconds: median, longestSeconds: longest, lostSeconds: lost, share },
  }),
  docs: {
    what: 'Several steps took many times as long as a typical one, and together they are a good part of the whole time.',
    why: 'The training could be finished much earlier, and the average step time hides it.',
    how: 'The time of a step, without validation and pauses, is compared with the median of the last `window` steps. At least `outliers` steps of `factor` times the median and of `seconds`, with a share of `share` of all the time, are reported.',
    fix: [
      '```python',
      '# before',
      'torch.save(model.state_dict(), path)',
      '# after',
      'if step % 1000 == 0:',
      '    torch.save(model.state_dict(), path)',
      '```',
      '',
      '```js',
      '// before',
      "await model.save('file://model');",
      '// after',
      "if (step % 1000 === 0) await model.save('file://model');",
      '```',
    ].join('\n'),
    wrong:
      'Work that has to be done between steps (an environment that is reset, a search that is run) is reported as well.',
  },
});
