import { type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { type Text, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { guessingLoss } from '../untrainedLoss.js';
import { builtRateOf, usualRatesOf } from '../usualRates.js';

interface Evidence {
  step: number;
  /** Steps that were judged. */
  steps: number;
  first: number;
  now: number;
  /** Sum of the norms of all updates over the norm of the weights. */
  path: number;
  rate: number;
  optimizer: string;
  usual: readonly [number, number];
}

const thresholds = {
  steps: {
    default: 100,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps with a learning rate that no longer rises before anything is said.',
    origin: 'At the usual update of a thousandth of the weights, a hundred steps move them by a tenth.',
  },
  path: {
    default: 0.01,
    minimum: 1e-9,
    maximum: 1,
    unit: 'ratio',
    description:
      'All updates together, over the norm of the weights, below which the weights have hardly moved.',
    origin:
      'A tenth of what a hundred usual updates move (0.001 each: Karpathy, CS231n notes). Fine-tuning with Adam at 1e-5 moves weights by 0.05 in a hundred steps.',
  },
  fall: {
    default: 0.02,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description: 'Fall of the loss, over its start, below which it has hardly moved.',
    origin:
      'A training that works falls by more within its first hundred steps; less is below the noise of batches.',
  },
};

/** Values at either end of the run that are averaged. */
const ENDS = 20;
/** Relative change of the loss for a relative change of the weights: below this there is nothing to descend. */
const STEEP = 0.01;
/** Below this share of the loss of guessing, something has been learned before. */
const UNTRAINED = 0.7;
/** Above this many times the lower end of the usual range the rate is not to blame. */
const LOW = 10;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

class LearningRateTooLowCheck implements Check<Evidence> {
  private readonly first: number[] = [];
  private readonly last: number[] = [];
  private steps = 0;
  private ratios = 0;
  private measured = 0;
  private slopes = 0;
  private highestRate = 0;
  private latest = 0;
  private obstacle: Text | undefined;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (at: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found || this.obstacle) return undefined;
    const loss = facts.losses[0];
    const value = at.scalar(loss?.series ?? SERIES.loss);
    if (!loss || value === undefined) return undefined;
    this.obstacle = obstacleTo(loss, facts);
    this.learnRate(at.scalar(`${SERIES.learningRate}/0`));
    this.learn(value, at);
    return this.steps >= this.limits.steps && this.steps % ENDS === 0 ? this.judge(facts, LOW) : undefined;
  };

  /** A short run is judged only where the rate is below all that is usual. */
  readonly bye = (_message: unknown, facts: RunFacts): Evidence | undefined =>
    this.found || this.obstacle || 2 * this.steps < this.limits.steps ? undefined : this.judge(facts, 1);

  readonly skipped = (): Text | undefined =>
    this.obstacle ??
    (2 * this.steps < this.limits.steps ? text('The run was too short: {0} steps.', this.steps) : undefined);

  /** A warm-up begins low on purpose: what counts begins where the rate stops to rise. */
  private learnRate(rate: number | undefined): void {
    if (rate === undefined || rate <= this.highestRate) return;
    const rises = this.highestRate > 0 && rate > this.highestRate * (1 + 1e-9);
    this.highestRate = rate;
    if (!rises) return;
    this.steps = 0;
    this.ratios = 0;
    this.measured = 0;
    this.slopes = 0;
  }

  private learn(value: number, at: StepView): void {
    this.steps++;
    this.latest = at.step;
    if (this.first.length < ENDS) this.first.push(value);
    this.last.push(value);
    if (this.last.length > ENDS) this.last.shift();
    const ratio = at.scalar(SERIES.updateRatio);
    if (ratio === undefined || Number.isNaN(ratio)) return;
    this.ratios += ratio;
    this.measured++;
    const steepness = (at.scalar(SERIES.gradNorm) ?? NaN) * (at.scalar(SERIES.weightNorm) ?? NaN);
    if (steepness >= STEEP * Math.abs(value)) this.slopes++;
  }

  private judge(facts: RunFacts, low: number): Evidence | undefined {
    const [optimizer] = facts.optimizers;
    const [loss] = facts.losses;
    if (!optimizer || !loss || this.measured === 0) return undefined;
    const usual = usualRatesOf(optimizer)?.usual;
    const rate = this.highestRate > 0 ? this.highestRate : builtRateOf(optimizer);
    if (!usual || rate === undefined || !(rate > 0) || rate > low * usual[0]) return undefined;
    const path = (this.ratios / this.measured) * this.steps;
    const [first, now] = [mean(this.first), mean(this.last)];
    const moved = Math.abs(first - now) > this.limits.fall * Math.abs(first);
    const isSteep = 2 * this.slopes > this.measured;
    if (!(path < this.limits.path) || moved || !isSteep || hasLearned(loss, first)) return undefined;
    this.found = true;
    return { step: this.latest, steps: this.steps, first, now, path, rate, optimizer: optimizer.name, usual };
  }
}

function hasLearned(loss: LossSeen, first: number): boolean {
  const guess = loss.pure ? guessingLoss(loss) : undefined;
  return guess !== undefined && first < UNTRAINED * guess;
}

function obstacleTo(loss: LossSeen, facts: RunFacts): Text | undefined {
  if (loss.resumed) return text('The model started from saved weights.');
  if (hasSeveralObjectives(facts))
    return text('The losses of several optimizers cannot be judged one by one.');
  return undefined;
}

export const learningRateTooLow = defineRule({
  id: 'learning-rate-too-low',
  title: text('Learning rate too low'),
  status: 'stable',
  category: 'optimisation',
  severity: 'warning',
  needs: [SERIES.updateRatio],
  thresholds,
  check: (limits) => new LearningRateTooLowCheck(limits),
  explain: ({ step, steps, first, now, path, rate, optimizer, usual }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The learning rate of {0} is too low: {1} steps have moved the weights by {2} of their size, and the loss from {3} to {4}.',
      ...[readable(rate), steps, readable(path), readable(first), readable(now)],
    ),
    explanation: text(
      'The gradient points somewhere, but the weights hardly follow it. {0} usually trains with {1} to {2}; try a rate ten times as large, then again.',
      optimizer,
      readable(usual[0]),
      readable(usual[1]),
    ),
    anchor: 'optimizer',
    series: SERIES.loss,
    fixes: [
      {
        title: text('Multiply the learning rate by ten, until the loss falls clearly'),
        safety: 'suggestion',
      },
    ],
    values: { learningRate: rate, path, steps, first, now, usualMinimum: usual[0] },
  }),
  docs: {
    what: 'The weights hardly move, and neither does the loss, although the gradient is there.',
    why: 'Training that would take minutes takes days, or is given up as not working.',
    how: [
      'From the step on at which the learning rate stops to rise (a warm-up is waited for), these must hold over `steps` steps, judged anew every twenty:',
      '',
      '- all updates together are less than `path` of the norm of the weights (mean measured update ratio times steps);',
      '- the loss, averaged over twenty steps at either end, has moved by less than `fall` of its start;',
      '- the gradient is healthy: gradient norm times weight norm is at least a hundredth of the loss, so a relative change of the weights would show in it;',
      '- the loss did not start below 0.7 of that of guessing, and no state was loaded;',
      '- the rate is at most ten times the lower end of what is usual for the optimizer (1e-4 for SGD, 1e-5 for Adam).',
      '',
      'At the end of a run half the steps are enough when the rate is below the usual range.',
    ].join('\n'),
    fix: [
      'Multiply the learning rate by ten until the loss falls clearly, and divide it by two where it begins to jump.',
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-7)',
      '# after',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)',
      '```',
      '',
      '```js',
      '// before',
      'const optimizer = tf.train.sgd(1e-6);',
      '// after',
      'const optimizer = tf.train.sgd(0.1);',
      '```',
    ].join('\n'),
    wrong:
      'A run that only tries out whether the code works. Weights that were loaded in a way the probe does not see, and that are at their best already.',
  },
});
