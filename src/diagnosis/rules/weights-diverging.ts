import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LossTrend } from '../lossTrend.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  start: number;
  norm: number;
  startLoss: number;
  loss: number;
}

const thresholds = {
  factor: {
    default: 100,
    minimum: 2,
    maximum: 1e12,
    unit: 'ratio',
    description: 'Norm of all weights over its first value.',
    origin:
      'Weights of a trained network are of the size of the initial ones, at most some ten times; regressions on large targets that are learned are left out by the loss.',
  },
  growth: {
    default: 10,
    minimum: 1.1,
    maximum: 1e12,
    unit: 'ratio',
    description: 'The same, when the loss runs away below zero.',
    origin:
      'A loss without lower bound is proof enough together with weights that grow beyond training’s usual.',
  },
  below: {
    default: 1000,
    minimum: 10,
    maximum: 1e12,
    unit: 'ratio',
    description: 'How far below zero, in units of the first loss (or 1), a loss has run away.',
    origin:
      'Log-likelihoods of densities get below zero too, by some units for each dimension, not by thousands.',
  },
  steps: {
    default: 20,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps after which the loss should have fallen.',
    origin:
      'Ten losses at the start and ten at the end are compared, the fewest that tell a fall from noise.',
  },
};

class DivergingCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  private start: number | undefined;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.trend.add(step, facts);
    const norm = step.scalar(SERIES.weightNorm);
    if (norm === undefined || !(norm > 0)) return undefined;
    this.start ??= norm;
    if (!this.hasDiverged(norm / this.start)) return undefined;
    this.found = true;
    return { step: step.step, start: this.start, norm, startLoss: this.trend.start, loss: this.trend.now };
  };

  private hasDiverged(growth: number): boolean {
    const { factor, growth: least, below, steps } = this.limits;
    if (growth >= factor && this.trend.stalled(steps)) return true;
    return (
      growth >= least &&
      this.trend.isAlone &&
      this.trend.now < -below * Math.max(1, Math.abs(this.trend.start))
    );
  }
}

export const weightsDiverging = defineRule({
  id: 'weights-diverging',
  title: text('Weights diverge'),
  status: 'stable',
  category: 'weights',
  severity: 'error',
  needs: [SERIES.weightNorm],
  thresholds,
  check: (limits) => new DivergingCheck(limits),
  explain: ({ step, start, norm, startLoss, loss }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'The weights diverge: their norm grew from {0} to {1} by step {2}, while the loss went from {3} to {4}.',
      readable(start),
      readable(norm),
      step,
      readable(startLoss),
      readable(loss),
    ),
    explanation: text(
      'Updates push the weights ever further without making the model better. A learning rate that is too high is the usual reason; gradients that are not cleared and a loss with the wrong sign or without lower bound do the same.',
    ),
    anchor: 'optimizer',
    series: SERIES.weightNorm,
    fixes: [
      { title: text('Lower the learning rate'), safety: 'suggestion' },
      { title: text('Check the sign of the loss and that gradients are cleared'), safety: 'suggestion' },
    ],
    values: { start, norm, startLoss, loss },
  }),
  docs: {
    what: 'The norm of all weights grows by orders of magnitude while the loss does not fall.',
    why: 'The model gets further away from anything useful with each step, and ends in overflow.',
    how: 'The norm of all weights is at least `factor` times its first value, and after at least `steps` steps the last losses are not below the first ones. Or it is at least `growth` times, and the loss is below `-below` times its first value (or 1): a loss without lower bound. Losses of several optimizers that play against each other are not judged.',
    fix: [
      'Lower the learning rate:',
      '',
      '```python',
      'optimizer = torch.optim.SGD(model.parameters(), lr=10.0)   # before',
      'optimizer = torch.optim.SGD(model.parameters(), lr=0.01)   # after',
      '```',
      '',
      '```js',
      'let optimizer = tf.train.sgd(10); // before',
      'optimizer = tf.train.sgd(0.01); // after',
      '```',
    ].join('\n'),
    wrong:
      'A model whose weights begin near zero and whose loss means nothing, as in some reinforcement learning.',
  },
});
