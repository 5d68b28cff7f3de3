import { type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { History } from '../history.js';
import { hasSeveralObjectives, isBinary, isOverClasses } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  /** Share of the most frequent class, and of the rarest. */
  majority: number;
  minority: number;
  label: number;
  accuracy: number;
}

const thresholds = {
  majority: {
    default: 0.9,
    minimum: 0.5,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of the most frequent class from which on labels count as imbalanced.',
    origin:
      'Nine to one: the least that surveys of class imbalance call severe (Johnson and Khoshgoftaar 2019).',
  },
  examples: {
    default: 200,
    minimum: 10,
    maximum: 1e9,
    unit: 'examples',
    description: 'Labels that must have been seen.',
    origin: 'A share of 0.9 is then known to 0.02.',
  },
  steps: {
    default: 50,
    minimum: 10,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps before anything is said.',
    origin: 'Every classifier begins by learning the frequencies.',
  },
  gain: {
    default: 0.002,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description:
      'What the accuracy must be above the majority’s share, for the rare classes to be told at all.',
    origin: 'Two of a thousand examples: less is the difference between the batches that were counted.',
  },
};

class ImbalancedLabelsCheck implements Check<Evidence> {
  private readonly accuracy = new History();
  private counts: number[] = [];
  private latest = -1;
  private weighted = false;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly labels = ({ counts }: Labels): undefined => {
    const longer = Math.max(counts.length, this.counts.length);
    this.counts = Array.from({ length: longer }, (_, i) => (this.counts[i] ?? 0) + (counts[i] ?? 0));
  };

  readonly loss = (loss: LossSeen): undefined => {
    const weights = (loss.meanTargetWeight ?? 1) !== 1 || (loss.positiveWeight ?? 1) !== 1;
    this.weighted ||= weights || !(isBinary(loss) || isOverClasses(loss));
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.latest = step.step;
    const value = step.scalar(SERIES.trainAccuracy);
    if (value !== undefined) this.accuracy.add(value);
    const { totalSteps, epochs } = facts.plan ?? {};
    const due =
      totalSteps !== undefined && epochs !== undefined && step.step + 1 === Math.ceil(0.9 * totalSteps);
    return due ? this.judge(facts) : undefined;
  };

  readonly bye = (_bye: Bye, facts: RunFacts): Evidence | undefined => this.judge(facts);

  readonly skipped = (): Text | undefined =>
    this.counts.length === 0 ? text('No labels have been looked at.') : undefined;

  private judge(facts: RunFacts): Evidence | undefined {
    const all = this.counts.reduce((sum, count) => sum + count, 0);
    const { majority: limit, examples, steps, gain } = this.limits;
    const early = this.latest + 1 < steps || all < examples || this.accuracy.length < 10;
    if (this.found || this.weighted || early || hasSeveralObjectives(facts)) return undefined;
    const most = Math.max(...this.counts);
    const present = this.counts.filter((count) => count > 0);
    const majority = most / all;
    const { mean: accuracy } = this.accuracy.part(0.5, 1);
    if (present.length < 2 || majority < limit || accuracy > majority + gain) return undefined;
    // Far below it the model answers something else, and its trouble is another one.
    if (accuracy < majority - 0.05 * majority) return undefined;
    this.found = true;
    const minority = Math.min(...present) / all;
    return { step: this.latest, majority, minority, label: this.counts.indexOf(most), accuracy };
  }
}

export const imbalancedLabels = defineRule({
  id: 'imbalanced-labels',
  title: text('Labels are imbalanced'),
  status: 'preview',
  category: 'data',
  severity: 'warning',
  needs: ['labels'],
  thresholds,
  check: (limits) => new ImbalancedLabelsCheck(limits),
  explain: ({ step, majority, minority, label, accuracy }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'Of the labels {0} % are of class {1}, and the accuracy of {2} % is no better than always answering it.',
      readable(100 * majority),
      label,
      readable(100 * accuracy),
    ),
    explanation: text(
      'With so few examples of the other classes the loss is already low without them. The accuracy hides it; look at recall or at a confusion matrix.',
    ),
    anchor: 'loss',
    series: null,
    fixes: [
      {
        title: text('Weight the classes in the loss (weight, pos_weight, classWeight)'),
        safety: 'suggestion',
      },
      { title: text('Or draw rare examples more often (WeightedRandomSampler)'), safety: 'suggestion' },
    ],
    values: { majority, minority, accuracy },
  }),
  docs: {
    what: 'One class makes up nearly all the labels, the loss does not weigh the others, and the model answers that class always.',
    why: 'The accuracy looks excellent and the model is useless: the rare class is usually the one that matters.',
    how: 'Labels of the batches are counted. With `examples` labels or more, of which one class has at least `majority`, and a loss without class weights, the accuracy of the second half is compared with that share when nine tenths of the plan are done or at the end. It is no better when it is not above by `gain`. Imbalance that a model copes with is never reported.',
    fix: [
      'Weigh the rare class by how rare it is:',
      '',
      '```python',
      '# before: 2 % positives',
      'loss = nn.BCEWithLogitsLoss()(logits, y)',
      '# after',
      'loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(49.0))(logits, y)',
      '```',
      '',
      '```js',
      '// before',
      'await model.fit(x, y, { epochs: 10 });',
      '// after',
      'await model.fit(x, y, { epochs: 10, classWeight: { 0: 1, 1: 49 } });',
      '```',
    ].join('\n'),
    wrong:
      'Labels that cannot be predicted leave the same accuracy. Models whose scores are thresholded elsewhere than at one half may rank the rare class well.',
  },
});
