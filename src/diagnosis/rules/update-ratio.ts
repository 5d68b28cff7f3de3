import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LossTrend } from '../lossTrend.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  /** The latest of them. */
  ratio: number;
  measures: number;
  large: boolean;
  learningRate: number | undefined;
}

const thresholds = {
  large: {
    default: 0.3,
    minimum: 0.001,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Norm of one update over norm of all weights that is far too large.',
    origin:
      'Stanford’s CS231n gives 0.001 as a usual value; with a third, three updates replace all that the weights were.',
  },
  small: {
    default: 1e-7,
    minimum: 1e-15,
    maximum: 0.001,
    unit: 'ratio',
    description: 'The same that is far too small.',
    origin:
      'The spacing of float32 numbers is 1.2e-7 of their size (IEEE 754): such updates are mostly lost in rounding.',
  },
  measures: {
    default: 5,
    minimum: 1,
    maximum: 10000,
    unit: 'steps',
    description: 'Measured steps in a row.',
    origin: 'Optimizers with moments take a few steps to find their size.',
  },
  patience: {
    default: 30,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps after which the loss should have fallen.',
    origin: 'Ten losses at the start and ten at the end are compared, with ten between them for a warm-up.',
  },
};

/** A ratio that has grown by so much is on its way up, as in a warm-up. */
const GROWTH = 2;

class UpdateRatioCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  private run: { large: boolean; first: number; measures: number } | undefined;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.trend.add(step, facts);
    const ratio = step.scalar(SERIES.updateRatio);
    if (ratio === undefined || !Number.isFinite(ratio)) return undefined;
    this.follow(ratio, step);
    const run = this.run;
    if (!run || run.measures < this.limits.measures || !this.trend.stalled(this.limits.patience))
      return undefined;
    if (!run.large && ratio > GROWTH * run.first) return undefined;
    this.found = true;
    const learningRate = step.scalar(`${SERIES.learningRate}/0`);
    return { step: step.step, ratio, measures: run.measures, large: run.large, learningRate };
  };

  private follow(ratio: number, step: StepView): void {
    const large = ratio > this.limits.large;
    const small = ratio < this.limits.small && isMoving(step);
    if (!large && !small) this.run = undefined;
    else if (this.run?.large === large) this.run.measures++;
    else this.run = { large, first: ratio, measures: 1 };
  }
}

/** Without gradient or learning rate there is nothing to move by, which other rules look into. */
function isMoving(step: StepView): boolean {
  const norm = step.scalar(SERIES.gradNorm);
  return norm !== undefined && norm > 0 && (step.scalar(`${SERIES.learningRate}/0`) ?? 0) > 0;
}

function message({ large, ratio, measures }: Evidence): Text {
  return large
    ? text(
        'Each update is {0} times as large as the weights themselves ({1} measured steps in a row), and the loss has not fallen.',
        readable(ratio),
        measures,
      )
    : text(
        'Each update changes the weights by only {0} of their size ({1} measured steps in a row), and the loss has not fallen.',
        readable(ratio),
        measures,
      );
}

export const updateRatio = defineRule({
  id: 'update-ratio',
  title: text('Updates out of proportion to the weights'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [SERIES.updateRatio],
  thresholds,
  check: (limits) => new UpdateRatioCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'warning',
    step: evidence.step,
    message: message(evidence),
    explanation: evidence.large
      ? text(
          'An update should change weights by about a thousandth. Larger ones throw away what was learned before: lower the learning rate.',
        )
      : text(
          'An update should change weights by about a thousandth. Smaller ones get lost in rounding: raise the learning rate, or look for what makes the gradient so small.',
        ),
    anchor: 'optimizer',
    series: SERIES.updateRatio,
    fixes: [
      {
        title: evidence.large ? text('Lower the learning rate') : text('Raise the learning rate'),
        safety: 'suggestion',
      },
    ],
    values: {
      kind: evidence.large ? 'large' : 'small',
      ratio: evidence.ratio,
      measures: evidence.measures,
      ...(evidence.learningRate === undefined ? {} : { learningRate: evidence.learningRate }),
    },
  }),
  docs: {
    what: 'The updates are far too large or far too small for the weights they change, and the loss does not fall.',
    why: 'A thousandth of the weights’ size is usual. Updates of about the weights’ own size replace them at each step; updates near the precision of the numbers change nothing.',
    how: 'The norm of the whole update over the norm of all weights is above `large`, or below `small` while learning rate and gradient are not zero, at `measures` measured steps in a row; and the loss has not fallen after `patience` steps. A ratio that is small and growing, as in a warm-up, is waited for.',
    fix: [
      'Change the learning rate by the factor by which the ratio is off:',
      '',
      '```python',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1.0)    # before',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)   # after',
      '```',
      '',
      '```js',
      'let optimizer = tf.train.adam(1); // before',
      'optimizer = tf.train.adam(0.001); // after',
      '```',
    ].join('\n'),
    wrong: 'Models whose weights begin at zero and whose loss stands still for another reason.',
  },
});
