import type { Bye, Labels, LossSeen } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { constantLevel } from '../constantLevel.js';
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
  rare: {
    default: 20,
    minimum: 1,
    maximum: 1e6,
    unit: 'examples',
    description: 'Examples of the other classes whose predictions must have been seen late in the run.',
    origin:
      'Of a class that is found every second time fewer than three of 20 are found once in 5000 runs (binomial).',
  },
  loss: {
    default: 0.9,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description:
      'Loss over that of always giving the labels’ frequencies, below which the scores tell the classes apart though none passes one half.',
    origin:
      'The loss of such a constant is the entropy of the labels; the faulty programs of test/corpus stay above it, a calibrated model of clicks comes to 0.74.',
  },
  gain: {
    default: 0.1,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description:
      'Right predictions beyond those of always answering the majority, over the examples of the other classes, below which these are not told at all.',
    origin: 'Half of what a class that is told badly, every fifth time, would give.',
  },
};

/** A batch whose labels were compared with what was predicted. */
interface Compared {
  step: number;
  examples: number;
  right: number;
  /** By class. */
  counts: readonly number[];
}

/** Batches that are kept, and the multiple of `rare` at which those before no longer matter. */
const MOST_KEPT = 4096;
const ENOUGH = 3;

class ImbalancedLabelsCheck implements Check<Evidence> {
  private readonly losses = new History();
  private seen: LossSeen | undefined;
  private compared: Compared[] = [];
  private counts: number[] = [];
  private latest = -1;
  private weighted = false;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly labels = ({ step, counts, right }: Labels): undefined => {
    const longer = Math.max(counts.length, this.counts.length);
    this.counts = Array.from({ length: longer }, (_, i) => (this.counts[i] ?? 0) + (counts[i] ?? 0));
    if (right === undefined) return;
    this.compared.push({ step, examples: total(counts), right, counts });
    if (this.compared.length > MOST_KEPT) this.compared = this.compared.slice(MOST_KEPT / 2);
  };

  readonly loss = (loss: LossSeen): undefined => {
    this.seen ??= loss;
    const weights = (loss.meanTargetWeight ?? 1) !== 1 || (loss.positiveWeight ?? 1) !== 1;
    this.weighted ||= weights || !(isBinary(loss) || isOverClasses(loss));
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.latest = step.step;
    const value = this.seen && step.scalar(this.seen.series);
    if (value !== undefined) this.losses.add(value);
    const { totalSteps, epochs } = facts.plan ?? {};
    const due =
      totalSteps !== undefined && epochs !== undefined && step.step + 1 === Math.ceil(0.9 * totalSteps);
    return due ? this.judge(facts) : undefined;
  };

  readonly bye = (_bye: Bye, facts: RunFacts): Evidence | undefined => this.judge(facts);

  readonly skipped = (): Text | undefined =>
    this.counts.length === 0 ? text('No labels have been looked at.') : undefined;

  private judge(facts: RunFacts): Evidence | undefined {
    const all = total(this.counts);
    const early = this.latest + 1 < this.limits.steps || all < this.limits.examples;
    if (this.found || this.weighted || early || hasSeveralObjectives(facts)) return undefined;
    const most = Math.max(...this.counts);
    const present = this.counts.filter((count) => count > 0);
    const [majority, label] = [most / all, this.counts.indexOf(most)];
    if (present.length < 2 || majority < this.limits.majority) return undefined;
    const accuracy = this.accuracyWithoutGain(label);
    if (accuracy === undefined || this.ranks()) return undefined;
    this.found = true;
    return { step: this.latest, majority, minority: Math.min(...present) / all, label, accuracy };
  }

  /** Whether the scores are better than the frequencies of the labels. */
  private ranks(): boolean {
    const level = this.seen && constantLevel(this.seen, this.counts, false)?.level;
    return level !== undefined && this.losses.part(0.5, 1).mean < this.limits.loss * level;
  }

  /** Of the latest batches with enough rare examples, where it is that of always answering the label. */
  private accuracyWithoutGain(label: number): number | undefined {
    const { rare: least, gain } = this.limits;
    let [examples, right, rare] = [0, 0, 0];
    for (const batch of this.compared.toReversed()) {
      if (3 * batch.step < this.latest || rare >= ENOUGH * least) break;
      examples += batch.examples;
      right += batch.right;
      rare += batch.examples - (batch.counts[label] ?? 0);
    }
    const gained = right - (examples - rare);
    // Far below the majority's share the model answers something else, and its trouble is another one.
    const isMajority = gained <= gain * rare && right >= 0.95 * (examples - rare);
    return rare >= least && isMajority ? right / examples : undefined;
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
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
    how: 'Labels of the batches are counted. With `examples` labels or more, of which one class has at least `majority`, and a loss without class weights, the predictions for the latest batches are compared with always answering that class, when nine tenths of the plan are done or at the end: going back until they hold three times `rare` examples of the other classes, but not into the first third of the run; fewer than `rare` are not judged. The model is no better when it is right less often than `gain` of those examples beyond what the answer would be. Imbalance that a model copes with is never reported.',
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
    wrong: 'Labels that cannot be predicted leave the same accuracy.',
  },
});
