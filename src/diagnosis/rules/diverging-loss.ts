import { type Bye, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { constantLevel } from '../constantLevel.js';
import { readable } from '../format.js';
import { hasSeveralObjectives, isBinary, isElementwise, isOverClasses } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SameBatches } from '../sameBatches.js';
import { SlidingMedian } from '../slidingMedian.js';
import { isContrastive } from '../untrained.js';

interface Evidence {
  series: string;
  /** First of the steps with a risen loss. */
  step: number;
  loss: number;
  /** What it is compared with: the first losses, or the level of a constant prediction where that is higher. */
  start: number;
  steps: number;
}

const thresholds = {
  factor: {
    default: 3,
    minimum: 1.1,
    maximum: 1e6,
    unit: 'ratio',
    description:
      'Loss over its start that counts as risen, for a cross-entropy or where every step sees all the data.',
    origin:
      'A cross-entropy three times that of a constant prediction is that of a model which is sure and wrong; a constant is open to it at any time.',
  },
  regressionFactor: {
    default: 10,
    minimum: 1.1,
    maximum: 1e6,
    unit: 'ratio',
    description: 'As factor, for squared and absolute errors of data from a loader.',
    origin:
      'Batches of heavy-tailed targets differ by some factor; an order of magnitude over twenty steps does not happen.',
  },
  unknownFactor: {
    default: 1e6,
    minimum: 10,
    maximum: 1e30,
    unit: 'ratio',
    description:
      'As factor, for losses whose targets may move, as in reinforcement learning, and expressions of the script’s own.',
    origin:
      'Values of a thousand steps of reward one are a thousand times those of the first, their squares a million times.',
  },
  steps: {
    default: 20,
    minimum: 2,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps in a row with a risen loss.',
    origin: 'Momentum at a sound rate overshoots for 1 / (1 - 0.9) = 10 steps; twice that.',
  },
  runaway: {
    default: 100,
    minimum: 2,
    maximum: 1e12,
    unit: 'ratio',
    description: 'Factor on the factor from which on five steps are enough.',
    origin: 'Growth by two more orders of magnitude is exponential.',
  },
};

/** Losses that the start is the median of. */
const START = 5;
const FEW_STEPS = 5;

class DivergingLossCheck implements Check<Evidence> {
  private readonly start = new SlidingMedian(START);
  private first = 0;
  private taken = 0;
  private onset = 0;
  private risen = 0;
  private latest = 0;
  private found = false;
  private readonly batches = new SameBatches();

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.batches.take(step);
    const loss = facts.losses[0];
    const value = loss && step.scalar(loss.series);
    if (!loss || value === undefined || !Number.isFinite(value) || this.found) return undefined;
    if (this.taken === 0) this.first = value;
    if (this.taken++ < START) {
      this.start.add(value);
      return undefined;
    }
    if (!judgeable(facts)) return undefined;
    const start = this.base(loss);
    const ratio =
      value < 0
        ? -value / (Math.max(start, 1) * this.limits.unknownFactor)
        : value / (start * this.factor(loss, facts));
    this.risen = ratio > 1 ? this.risen + 1 : 0;
    if (this.risen === 1) this.onset = step.step;
    this.latest = value;
    const enough =
      this.risen >= this.limits.steps || (this.risen >= FEW_STEPS && ratio > this.limits.runaway);
    return enough ? this.evidence(loss, start) : undefined;
  };

  readonly bye = (_bye: Bye, facts: RunFacts): Evidence | undefined => {
    const loss = facts.losses[0];
    return loss && this.risen >= FEW_STEPS && !this.found ? this.evidence(loss, this.base(loss)) : undefined;
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    judgeable(facts)
      ? undefined
      : text('Losses of several objectives, or of a batch with itself, rise and fall by themselves.');

  private evidence({ series }: LossSeen, start: number): Evidence {
    this.found = true;
    return { series, step: this.onset, loss: this.latest, start, steps: this.risen };
  }

  private base(loss: LossSeen): number {
    const start = Math.min(Math.abs(this.first), Math.abs(this.start.median ?? 0));
    return Math.max(start, constantLevel(loss, undefined, false)?.high ?? 0, Number.MIN_VALUE);
  }

  private factor(loss: LossSeen, facts: RunFacts): number {
    const { factor, regressionFactor, unknownFactor } = this.limits;
    if (this.batches.areSure || ((isOverClasses(loss) || isBinary(loss)) && loss.pure)) return factor;
    const loaded = facts.loaders.some(({ role }) => role === 'train');
    return isElementwise(loss) && loss.pure && loaded && !loss.targetsMove ? regressionFactor : unknownFactor;
  }
}

function judgeable(facts: RunFacts): boolean {
  const [loss, ...more] = facts.losses;
  return loss !== undefined && more.length === 0 && !hasSeveralObjectives(facts) && !isContrastive(loss);
}

function told(loss: number, ...[step, start, steps]: [number, string, number]): Text {
  return loss < 0
    ? text(
        'The loss falls without end: from step {0} on it has been far below its start of {1} for {2} steps, and is {3}.',
        ...[step, start, steps, readable(loss)],
      )
    : text(
        'The loss diverges: from step {0} on it has been far above its start of {1} for {2} steps, and is {3}.',
        ...[step, start, steps, readable(loss)],
      );
}

const RISES = text(
  'The model is worse than one that has learned nothing, and does not come back. A learning rate that is too high is the usual reason; inputs that are not normalised lower the rate that is too high.',
);
const FALLS = text(
  'Errors and penalties have a least value. What falls without end has a term with the wrong sign: the optimizer makes larger what it should make smaller.',
);
const CHECK_SIGNS = {
  title: text('Check the sign of each term of the loss'),
  safety: 'suggestion',
} as const;

export const divergingLoss = defineRule({
  id: 'diverging-loss',
  title: text('Loss diverges'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new DivergingLossCheck(limits),
  explain: ({ series, step, loss, start, steps }: Evidence) => ({
    severity: 'error',
    step,
    message: told(loss, step, readable(start), steps),
    explanation: loss < 0 ? FALLS : RISES,
    anchor: 'loss',
    series,
    fixes: [
      ...(loss < 0 ? [CHECK_SIGNS] : []),
      { title: text('Lower the learning rate'), safety: 'suggestion' },
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
      { title: text('Clip the gradient norm before the optimizer step'), safety: 'suggestion' },
    ],
    values: { loss, start, steps },
  }),
  docs: {
    what: 'The training loss has risen far above where it began, and stays there or goes on rising.',
    why: 'Each update makes the model worse. It will not come back by itself, and often ends in NaN.',
    how: 'The start is the first loss or the median of the first five, whichever is lower, or the loss of the best constant prediction where that is higher than both. The loss diverges when it is above `factor` times the start for `steps` steps in a row (or, at the end of a run, for five), or above `runaway` times that for five. Squared errors need `regressionFactor`, and losses whose targets may move with the model `unknownFactor`. A loss below zero is judged by its size and `unknownFactor`, over its start or over one where that is more (the losses of policy gradients begin at zero): it falls without end. Losses of several optimizers or call sites and contrastive losses are not judged.',
    fix: [
      'Lower the learning rate by factors of ten until the loss falls:',
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.SGD(model.parameters(), lr=10)',
      '# after',
      'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)',
      '```',
      '',
      '```js',
      '// before',
      'const optimizer = tf.train.sgd(10);',
      '// after',
      'const optimizer = tf.train.sgd(0.1);',
      '```',
    ].join('\n'),
    wrong: 'A curriculum that goes on to data whose loss is several times higher looks the same.',
  },
});
