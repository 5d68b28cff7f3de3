import { type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type LearningLimits, LearningWatch, type Stuck } from '../learning.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

class NotLearningCheck implements Check<Stuck> {
  private readonly watch: LearningWatch;
  private found = false;

  constructor(private readonly limits: LearningLimits) {
    this.watch = new LearningWatch(limits);
  }

  readonly labels = (labels: Labels): undefined => {
    this.watch.labels(labels);
  };

  readonly loss = (loss: LossSeen): undefined => {
    this.watch.loss(loss);
  };

  readonly step = (step: StepView, facts: RunFacts): Stuck | undefined =>
    this.once(this.watch.step(step, facts));

  readonly bye = (bye: Bye, facts: RunFacts): Stuck | undefined =>
    this.found ? undefined : this.once(this.watch.bye(bye, facts));

  readonly skipped = (facts: RunFacts): Text | undefined => {
    if (!this.watch.level(facts)) return text('The loss of a constant prediction is not known.');
    return this.watch.taken < this.limits.steps
      ? text('There have been too few steps to tell: {0} of {1}.', this.watch.taken, this.limits.steps)
      : undefined;
  };

  private once(stuck: Stuck | undefined): Stuck | undefined {
    this.found ||= stuck !== undefined;
    return stuck;
  }
}

export const notLearning = defineRule({
  id: 'not-learning',
  title: text('Nothing is learned'),
  status: 'stable',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    steps: {
      default: 100,
      minimum: 10,
      maximum: 1e6,
      unit: 'steps',
      description: 'Steps before anything is said.',
      origin:
        'Adam moves a weight by about its rate of 1e-3 a step: in a hundred steps by a tenth, the initial size of the weights of a layer with a hundred inputs (Glorot and Bengio 2010).',
    },
    share: {
      default: 0.9,
      minimum: 0.1,
      maximum: 1,
      unit: 'ratio',
      description: 'Share of the planned steps after which the run is judged; without a plan, its end.',
      origin:
        'Plateaus end: recurrent networks and parity problems leave theirs after most of a run (Saad and Solla 1995).',
    },
    progress: {
      default: 0.03,
      minimum: 0.001,
      maximum: 0.5,
      unit: 'ratio',
      description:
        'Share of the constant prediction’s loss by which the loss must have come below it, or have fallen.',
      origin:
        'A coefficient of determination of 0.03: a model that explains less than that of its target predicts a constant.',
    },
  },
  check: (limits) => new NotLearningCheck(limits),
  explain: ({ series, step, loss, start, level }: Stuck) => ({
    severity: 'warning',
    step,
    message: text(
      'Nothing is learned: the loss began at {0} and is {1}; a constant prediction, which does not look at the input, has {2}.',
      readable(start),
      readable(loss),
      readable(level),
    ),
    explanation: text(
      'The loss has not come below what the frequencies of the labels, or the mean of the targets, give by themselves. Look at the learning rate, at whether gradients reach every layer, and at whether inputs and labels belong together.',
    ),
    anchor: 'loss',
    series,
    fixes: [
      { title: text('Try a learning rate ten times higher, and one ten times lower'), safety: 'suggestion' },
      { title: text('Check that a few examples alone can be learned by heart'), safety: 'suggestion' },
      { title: text('Check that inputs and labels are in the same order'), safety: 'suggestion' },
    ],
    values: { loss, start, level },
  }),
  docs: {
    what: 'At the end of the run the training loss is no better than that of a constant prediction, or than at the start.',
    why: 'The time was spent for nothing. The reason lies elsewhere: a learning rate that is far off, gradients that do not arrive, units that died, inputs that say nothing, labels that do not belong to the inputs, a loss that cannot teach.',
    how: [
      'The level of the best constant prediction is the entropy of the labels (with all label counts seen so far) for cross-entropies, the variance of the targets for squared errors. When `share` of the planned steps are done, or at the end, and after `steps` steps at least, the mean of the last quarter is compared with it, with the quarter before, and with the first tenth. The run has learned nothing when',
      '',
      '- the loss is above the level by three standard errors and does not fall; or',
      '- it does not fall, and is not below the level by `progress`; or',
      '- it is near the level and has not fallen by `progress` since the start; where it is surely below the level by `progress`, only if the weights have hardly moved: else the first tenth has learned already.',
      '',
      'Earlier, every twenty steps, a run without embeddings whose learning rate does not rise is judged that cannot get anywhere: all its planned steps, each as large as the largest so far, would move the weights by less than a hundredth.',
      '',
      '"Does not fall" means: by less than `progress` or than two standard errors, and noise hides no more than three times `progress`. Losses of the script’s own, of several optimizers, sums with other terms, contrastive losses, models that started from saved weights, and squared errors whose targets may move with the model (reinforcement learning) are not judged.',
    ].join('\n'),
    fix: [
      'Find out whether the model can learn a few examples by heart; if it cannot, the fault is in model, loss or optimizer, else in the data:',
      '',
      '```python',
      '# before: it stays where it is',
      'optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)',
      '# after',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)',
      '```',
      '',
      '```js',
      '// before: it stays where it is',
      "model.compile({ optimizer: tf.train.sgd(1e-6), loss: 'categoricalCrossentropy' });",
      '// after',
      "model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });",
      '```',
    ].join('\n'),
    wrong:
      'Labels that cannot be predicted, as of a market, leave any model at this level. A run that was planned too short ends on its plateau.',
  },
});
