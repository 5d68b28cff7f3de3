import { type OptimizerSeen, SERIES } from '../../protocol/telemetry.js';
import { type Text, text, toWire } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';
import { type Baseline, baselineOf } from '../untrainedLoss.js';
import { builtRateOf, usualRatesOf } from '../usualRates.js';

type Harm = 'not finite' | 'runs away' | 'above its start' | 'no better than guessing';

interface Evidence {
  harm: Harm;
  /** First step at which the loss was above its start. */
  step: number;
  now: number;
  loss: number;
  reference: number;
  highest: number;
  /** Largest update before, over the norm of the weights. */
  update: number;
  rate: number;
  optimizer: string;
  usual: readonly [number, number] | undefined;
  beyondUse: boolean;
}

const thresholds = {
  update: {
    default: 0.3,
    minimum: 0.01,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Norm of the largest update over norm of the weights from which it may be to blame.',
    origin:
      'About 0.001 is sound (Karpathy, CS231n notes on parameter updates). Measured over 600 short trainings (14 tasks, 6 optimizers, 7 learning rates each): of those below 0.3 none was spoiled by its first updates.',
  },
  persistence: {
    default: 30,
    minimum: 5,
    maximum: 100000,
    unit: 'steps',
    description: 'Steps in a row for which the running median of the loss stays above its start.',
    origin:
      'Same measurement: trainings that still succeed come back within 22 steps, but for learning rates of 10 with Adam and 0.3 with RMSprop (32 to 55).',
  },
  stuck: {
    default: 60,
    minimum: 10,
    maximum: 100000,
    unit: 'steps',
    description: 'Steps in a row for which, after the jump, the loss is no better than that of guessing.',
    origin: 'Same measurement: trainings that still succeed are stuck for 55 at most.',
  },
};

const FAR_ABOVE = 10;
/** First loss over that of guessing. */
const OUT_OF_BOUNDS = 1000;
/** Not clearly better than guessing. */
const GUESSING = 0.95;
/** A jump of the loss that a healthy start does not have. */
const JUMP = 1.5;
/** A loss that rises at each of so many steps, this much in all, and is this far above its start, has run away. */
const RISES = 5;
const RUNAWAY = 10;
const SMOOTH = 9;
/** A rate that has grown this much and still grows is a range test (arXiv:1506.01186), which is meant to diverge. */
const RANGE_TEST = 100;
const RECURRENT = /lstm|gru|rnn/i;
const ATTENTION = /transformer|attention/i;
const HIGH_FOR_ATTENTION = 5e-3;
/** Steps after which a transformer at such a rate is known to be stuck, in the absence of any jump. */
const LONG_STUCK = 100;

/** A loss that no learning rate has had a part in: the outputs of the initial weights are to blame. */
function isOutOfBounds({ value, guess }: Baseline): boolean {
  return guess !== undefined && value > OUT_OF_BOUNDS * guess;
}

class LearningRateTooHighCheck implements Check<Evidence> {
  private readonly recent = new SlidingMedian(SMOOTH);
  private baseline: Baseline | undefined;
  private before = NaN;
  private seen = 0;
  private rises = 0;
  private riseFrom = NaN;
  private above = 0;
  private guessing = 0;
  private highest = 0;
  private update = 0;
  private onset: number | undefined;
  private firstRate: number | undefined;
  private rate: number | undefined;
  private rateRises = false;
  private found = false;
  private last: { step: number; loss: number } | undefined;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (at: StepView, facts: RunFacts): Evidence | undefined => {
    const { losses, optimizers } = facts;
    const loss = losses[0];
    const value = at.scalar(loss?.series ?? SERIES.loss);
    if (this.found || !loss || optimizers.length === 0 || hasSeveralObjectives(facts)) return undefined;
    const large = this.update;
    this.learnRate(at);
    this.learnUpdate(at);
    if (value === undefined || at.scalar(SERIES.skipped) === 1) return undefined;
    this.baseline ??= baselineOf(loss, value);
    if (!this.baseline || isOutOfBounds(this.baseline)) return undefined;
    const harm = this.harmOf(value, at.step);
    this.last = { step: at.step, loss: value };
    // The update of this very step comes after its loss.
    return harm && this.judge(harm, large, facts);
  };

  readonly bye = (_message: unknown, facts: RunFacts): Evidence | undefined => {
    if (this.found || !this.last) return undefined;
    const { persistence, stuck } = this.limits;
    // What is bad to the end of a short run does not come back.
    if (this.above >= persistence / 3 && 2 * this.above >= this.seen && this.hasJumped())
      return this.judge('above its start', this.update, facts);
    const allAlong = this.guessing >= stuck / 3 && 4 * this.guessing >= 3 * this.seen;
    if (allAlong) return this.judge('no better than guessing', this.update, facts);
    return undefined;
  };

  readonly skipped = (facts: RunFacts): Text | undefined => {
    if (hasSeveralObjectives(facts))
      return text('The losses of several optimizers cannot be judged one by one.');
    if (this.baseline && isOutOfBounds(this.baseline))
      return text('The loss was out of all bounds before the first update.');
    return this.baseline ? undefined : text('No loss was measured that could be compared with its start.');
  };

  private learnRate(at: StepView): void {
    const rate = at.scalar(`${SERIES.learningRate}/0`);
    if (rate === undefined) return;
    this.firstRate ??= rate > 0 ? rate : undefined;
    this.rateRises = this.rate !== undefined && rate > this.rate;
    this.rate = rate;
  }

  private learnUpdate(at: StepView): void {
    const ratio = at.scalar(SERIES.updateRatio);
    if (ratio !== undefined && !(ratio <= this.update) && !Number.isNaN(ratio)) this.update = ratio;
  }

  private hasJumped(): boolean {
    return this.highest >= JUMP * (this.baseline?.value ?? Infinity);
  }

  private harmOf(value: number, step: number): Harm | undefined {
    const { value: reference, guess, factor } = this.baseline ?? { value: NaN, guess: NaN, factor: NaN };
    this.seen++;
    this.countRises(value);
    if (!Number.isFinite(value))
      return this.highest >= RUNAWAY * reference || this.update >= 1 ? 'not finite' : undefined;
    this.highest = Math.max(this.highest, value);
    if (value > reference * factor) this.onset ??= step;
    this.recent.add(value);
    const median = this.recent.median ?? value;
    this.above = median > reference * factor ? this.above + 1 : 0;
    this.guessing = median > GUESSING * (guess ?? Infinity) ? this.guessing + 1 : 0;
    const risen = value >= RUNAWAY * this.riseFrom && value >= FAR_ABOVE * reference;
    if (this.rises >= RISES && risen) return 'runs away';
    if (this.above >= this.limits.persistence && this.hasJumped()) return 'above its start';
    if (this.guessing >= this.limits.stuck) return 'no better than guessing';
    return undefined;
  }

  private countRises(value: number): void {
    const rises = value > this.before;
    this.rises = rises ? this.rises + 1 : 0;
    if (!rises) this.riseFrom = value;
    this.before = value;
  }

  private judge(harm: Harm, update: number, facts: RunFacts): Evidence | undefined {
    const { baseline, last } = this;
    const optimizer = facts.optimizers[0];
    if (!baseline || !last || !optimizer || this.isRangeTest()) return undefined;
    const rates = usualRatesOf(optimizer);
    const rate = this.rate ?? builtRateOf(optimizer);
    if (rate === undefined) return undefined;
    const isUnusual = rates !== undefined && rate > rates.usual[1];
    const isToBlame = update >= this.limits.update && (isUnusual || !isUnclippedRecurrent(facts));
    const isStuck = harm === 'no better than guessing';
    const isThrown = !isStuck || this.hasJumped() || (update >= 1 && isUnusual);
    const isBeyondAttention =
      isStuck && this.guessing >= LONG_STUCK && isTooHighForAttention(rate, optimizer, facts);
    if (!(isToBlame && isThrown) && !isBeyondAttention) return undefined;
    this.found = true;
    return {
      harm,
      step: this.onset ?? last.step,
      now: last.step,
      loss: last.loss,
      reference: harm === 'no better than guessing' ? (baseline.guess ?? baseline.value) : baseline.value,
      highest: this.highest,
      update,
      rate,
      optimizer: optimizer.name,
      usual: rates?.usual,
      beyondUse: rates !== undefined && rate > rates.largest,
    };
  }

  private isRangeTest(): boolean {
    const grown = (this.rate ?? NaN) / (this.firstRate ?? NaN);
    return this.rateRises && grown >= RANGE_TEST;
  }
}

/** Adam trains transformers at 1e-3 and below (Vaswani et al. 2017 peak at 7e-4, after a warm-up). */
function isTooHighForAttention(rate: number, { name }: OptimizerSeen, { layers }: RunFacts): boolean {
  return (
    rate >= HIGH_FOR_ATTENTION &&
    /adam/i.test(name) &&
    (layers?.layers.some(({ kind }) => ATTENTION.test(kind)) ?? false)
  );
}

/** Their gradients explode through time at any learning rate. */
function isUnclippedRecurrent({ layers, clippings, series }: RunFacts): boolean {
  const clipped = clippings.length > 0 || series.has(SERIES.clipNorm);
  return !clipped && (layers?.layers.some(({ kind }) => RECURRENT.test(kind)) ?? false);
}

function message({ harm, step, now, loss, reference, highest, update, rate }: Evidence): Text {
  const by = [readable(rate), readable(update)];
  if (harm === 'not finite') {
    return text(
      'The learning rate of {0} is too high: an update was {1} times as large as the weights, and the loss was {2} at step {3}.',
      ...[...by, readable(loss), now],
    );
  }
  if (harm === 'no better than guessing' && highest < JUMP * reference) {
    return text(
      'The learning rate of {0} is too high: an update was {1} times as large as the weights, and the loss is stuck at {2} (step {3}), no better than guessing ({4}).',
      ...[...by, readable(loss), now, readable(reference)],
    );
  }
  if (harm === 'no better than guessing') {
    return text(
      'The learning rate of {0} is too high: an update was {1} times as large as the weights, the loss jumped to {2}, and at step {3} it is {4}, no better than guessing ({5}).',
      ...[...by, readable(highest), now, readable(loss), readable(reference)],
    );
  }
  return text(
    'The learning rate of {0} is too high: an update was {1} times as large as the weights, and from step {2} on the loss is above its start of {3} ({4} at step {5}).',
    ...[...by, step, readable(reference), readable(loss), now],
  );
}

function explanation({ optimizer, usual }: Evidence): Text {
  return usual
    ? text(
        'Updates as large as the weights throw away what the weights were, so nothing is learned; units may die for good. {0} usually trains with {1} to {2}.',
        optimizer,
        readable(usual[0]),
        readable(usual[1]),
      )
    : text(
        'Updates as large as the weights throw away what the weights were, so nothing is learned; units may die for good.',
      );
}

export const learningRateTooHigh = defineRule({
  id: 'learning-rate-too-high',
  title: text('Learning rate too high'),
  status: 'stable',
  category: 'optimisation',
  severity: 'error',
  needs: [SERIES.updateRatio],
  thresholds,
  check: (limits) => new LearningRateTooHighCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: 'optimizer',
    series: SERIES.loss,
    fixes: [
      {
        title: text('Divide the learning rate by ten, until the loss falls from the start'),
        safety: 'suggestion',
      },
      { title: text('Begin with a warm-up of the learning rate'), safety: 'suggestion' },
    ],
    values: {
      harm: evidence.harm,
      updateRatio: toWire(evidence.update),
      loss: toWire(evidence.loss),
      lossStep: evidence.now,
      reference: evidence.reference,
      highest: evidence.highest,
      beyondUse: evidence.beyondUse ? 'yes' : 'no',
      learningRate: evidence.rate,
      ...(evidence.usual ? { usualMaximum: evidence.usual[1] } : {}),
    },
  }),
  docs: {
    what: 'Updates are so large that they destroy what the weights were, and the loss shows it: it is no longer finite, runs away, stays above its start or comes back to no better than guessing.',
    why: 'A gradient tells which way the loss falls in the neighbourhood of the weights. An update that leaves that neighbourhood makes the loss rise; ReLUs that it pushes below zero for all inputs never come back, so lowering the rate later does not help.',
    how: [
      'No learning rate is too high by itself. Two things must be there: an update of at least `update` times the norm of the weights, and its harm, one of',
      '',
      '- a loss that is not finite, after it rose to ten times its start or after an update larger than the weights;',
      '- a loss that rises five steps in a row, tenfold in all, to ten times its start;',
      '- a running median (nine steps) of the loss that stays above its start for `persistence` steps, after it jumped to 1.5 times its start;',
      '- a loss that is no better than that of guessing for `stuck` steps after it jumped to 1.5 times its start, or after an update larger than the weights at a learning rate above what is usual for the optimizer. For transformers under Adam at 0.005 and more a hundred such steps are enough, whatever the updates were.',
      '',
      'At the end of a run a third of these steps is enough, when they are most of the run. The start is the first value, or the loss of the best guess that knows nothing (`ln C`, the variance of the targets) where that is larger; where no such guess is known (a loss of the script’s own) the loss must be ten times its first value.',
      '',
      'Measured on 600 short trainings (perceptrons, convolutional and recurrent networks, transformers, autoencoders, regressions; SGD with and without momentum, Adam, AdamW, RMSprop, Adagrad; seven learning rates each): SGD at 100 with tanh units, RMSprop at 0.1 and Adam at 1 with batch normalisation do learn, and come back from their jump within 22 steps; those that never recover stay there. Losses of several optimizers (GANs), range tests, whose learning rate has grown a hundredfold and still grows, and recurrent networks without clipping at usual rates (`exploding-gradient` judges these) are left out.',
    ].join('\n'),
    fix: [
      'Divide the learning rate by ten until the loss falls from the first steps on; usual are 0.001 for Adam and 0.01 to 0.1 for SGD.',
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1.0)',
      '# after',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)',
      '```',
      '',
      '```js',
      '// before',
      'model.compile({ optimizer: tf.train.adam(1.0), loss: "categoricalCrossentropy" });',
      '// after',
      'model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });',
      '```',
    ].join('\n'),
    wrong:
      'Inputs or targets of a large scale, or a poor initialisation, make the same learning rate too high that would be right without them; where these are found themselves, this finding is listed under them.',
  },
});
