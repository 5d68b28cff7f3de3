import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text, toWire } from '../../protocol/values.js';
import { optimizerOf } from '../facts.js';
import { readable } from '../format.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  series: string;
  /** First step at which the gradient was out of range. */
  step: number;
  /** Median of the steps before, undefined before the first. */
  usual: number | undefined;
  peak: number;
  /** Norm of the update over norm of the weights, where that alone was out of range. */
  leap: number | undefined;
  consequence: { step: number; loss: number };
  firstLoss: number | undefined;
  learningRate: number | undefined;
}

/** A stretch of steps in which the gradient is far above what it used to be. */
interface Surge {
  step: number;
  usual: number | undefined;
  peak: number;
  leap: number | undefined;
  /** Last step at which the consequence may show. */
  until: number;
  /** Steps in a row with a loss far above the first. */
  bad: number;
}

const thresholds = {
  factor: {
    default: 100,
    minimum: 2,
    maximum: 1e9,
    unit: 'ratio',
    description:
      'Gradient norm over its running median that counts as out of range, when a non-finite loss follows.',
    origin:
      'Measured on the healthy programs of test/corpus: 54 is the most, with batches of one example, and 17 otherwise. A diverging run passes 100 within a few steps, as its growth is exponential.',
  },
  runawayFactor: {
    default: 1000,
    minimum: 2,
    maximum: 1e12,
    unit: 'ratio',
    description: 'As factor, when the loss stays finite but rises.',
    origin: 'Ten times factor: a loss that rises may come back, so more is asked of the gradient.',
  },
  lossFactor: {
    default: 5,
    minimum: 1.1,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Loss over its first value that counts as risen.',
    origin: 'Five times worse than an untrained model is no noise of a batch.',
  },
  badSteps: {
    default: 3,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Steps in a row with a risen loss.',
    origin: 'A single bad batch gives one.',
  },
  window: {
    default: 100,
    minimum: 5,
    maximum: 10000,
    unit: 'steps',
    description: 'Steps over which the running median is taken.',
    origin:
      'Long enough for a few outliers to leave the median alone, short enough to follow warm-up and schedules.',
  },
  updateLimit: {
    default: 1,
    minimum: 0.01,
    maximum: 1e6,
    unit: 'ratio',
    description:
      'Norm of one update over norm of the weights that is out of range by itself, when the loss is not finite at the next step.',
    origin: 'Such an update replaces all that the weights were. Sound training has about 0.001.',
  },
  patience: {
    default: 20,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Steps after the last one out of range within which the consequence must show.',
    origin:
      'An update by an exploding gradient shows in the next forward pass; sampling and momentum may delay it.',
  },
};

/** Steps after an update until its effect is in the loss, one to spare. */
const NEXT_FORWARD_PASS = 2;

class ExplodingGradientCheck implements Check<Evidence> {
  private readonly tracks = new Map<string, Track>();
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found || step.scalar(SERIES.skipped) === 1) return undefined;
    for (const series of step.series) {
      if (series !== SERIES.gradNorm && !series.startsWith(`${SERIES.gradNorm}/`)) continue;
      const evidence = this.track(series).follow(step, facts);
      this.found = evidence !== undefined;
      if (evidence) return evidence;
    }
    return undefined;
  };

  private track(series: string): Track {
    const known = this.tracks.get(series);
    if (known) return known;
    const fresh = new Track(series, this.limits);
    this.tracks.set(series, fresh);
    return fresh;
  }
}

/** Follows one gradient norm and the loss that it comes from. */
class Track {
  private readonly norms: SlidingMedian;
  private surge: Surge | undefined;
  private firstLoss: number | undefined;

  constructor(
    private readonly series: string,
    private readonly limits: Limits<typeof thresholds>,
  ) {
    this.norms = new SlidingMedian(limits.window);
  }

  follow(step: StepView, facts: RunFacts): Evidence | undefined {
    const loss = step.scalar(lossOf(this.series, facts));
    if (loss !== undefined && Number.isFinite(loss)) this.firstLoss ??= loss;
    const norm = step.scalar(this.series);
    if (norm !== undefined && Number.isFinite(norm)) this.watch(norm, step);
    if (this.surge && step.step > this.surge.until) this.surge = undefined;
    return this.surge && this.consequence(this.surge, loss ?? norm, step, facts);
  }

  private watch(norm: number, step: StepView): void {
    const usual = this.norms.median;
    this.norms.add(norm);
    if (usual !== undefined && usual > 0 && norm >= this.limits.factor * usual) {
      // A rise says more than the single large update it may have begun with.
      if (this.surge?.leap !== undefined) this.surge = undefined;
      this.extend({ usual, peak: norm, leap: undefined }, step.step, this.limits.patience);
      return;
    }
    const leap = step.scalar(this.series.replace(SERIES.gradNorm, SERIES.updateRatio));
    if (leap === undefined || !Number.isFinite(leap) || leap < this.limits.updateLimit) return;
    if (!this.surge) this.extend({ usual, peak: norm, leap }, step.step, NEXT_FORWARD_PASS);
  }

  private extend(found: Pick<Surge, 'usual' | 'peak' | 'leap'>, step: number, patience: number): void {
    this.surge ??= { ...found, step, until: step, bad: 0 };
    this.surge.peak = Math.max(this.surge.peak, found.peak);
    this.surge.until = step + patience;
  }

  private consequence(
    surge: Surge,
    loss: number | undefined,
    step: StepView,
    facts: RunFacts,
  ): Evidence | undefined {
    if (loss === undefined) return undefined;
    if (!Number.isFinite(loss)) return this.evidence(surge, loss, step);
    if (isBounded(step) || isAdversarial(facts) || !this.isBad(loss)) {
      surge.bad = 0;
      return undefined;
    }
    surge.bad++;
    const runaway = surge.usual !== undefined && surge.peak >= this.limits.runawayFactor * surge.usual;
    return runaway && surge.bad >= this.limits.badSteps ? this.evidence(surge, loss, step) : undefined;
  }

  private isBad(loss: number): boolean {
    return (
      this.firstLoss !== undefined && this.firstLoss > 0 && loss >= this.limits.lossFactor * this.firstLoss
    );
  }

  private evidence({ step, usual, peak, leap }: Surge, loss: number, now: StepView): Evidence {
    const optimizer = optimizerOf(this.series);
    const group = optimizer === 0 ? '0' : `${optimizer}.0`;
    return {
      series: this.series,
      step,
      usual,
      peak,
      leap,
      consequence: { step: now.step, loss },
      firstLoss: this.firstLoss,
      learningRate: now.scalar(`${SERIES.learningRate}/${group}`),
    };
  }
}

function lossOf(series: string, facts: RunFacts): string {
  const own = facts.losses.find(({ optimizer }) => optimizer === optimizerOf(series));
  return own?.series ?? facts.losses[0]?.series ?? SERIES.loss;
}

/** Clipped updates cannot run away, whatever the norm was before. */
function isBounded(step: StepView): boolean {
  const clip = step.scalar(SERIES.clipNorm);
  return clip !== undefined && Number.isFinite(clip);
}

/** Losses of optimizers that play against each other rise and fall without meaning. */
function isAdversarial(facts: RunFacts): boolean {
  return new Set(facts.losses.map(({ optimizer }) => optimizer)).size > 1;
}

function message({ step, usual, peak, leap, consequence, firstLoss }: Evidence): Text {
  const then = consequence.step;
  const loss = readable(consequence.loss);
  if (leap !== undefined || usual === undefined) {
    return text(
      'The gradient explodes: one update at step {0} was {1} times as large as the weights (gradient norm {2}), and the loss was {3} at step {4}.',
      ...[step, readable(leap ?? NaN), readable(peak), loss, then],
    );
  }
  const rise = [readable(usual), readable(peak), step, loss, then];
  if (!Number.isFinite(consequence.loss) || firstLoss === undefined) {
    return text(
      'The gradient explodes: its norm rose from {0} to {1} from step {2} on, and the loss was {3} at step {4}.',
      ...rise,
    );
  }
  return text(
    'The gradient explodes: its norm rose from {0} to {1} from step {2} on, and the loss was {3} at step {4}, {5} times its first value.',
    ...rise,
    readable(consequence.loss / firstLoss),
  );
}

function explanation({ learningRate }: Evidence): Text {
  return learningRate === undefined
    ? text(
        'Each update overshoots further than the one before. Lower the learning rate, clip the gradient, or normalise the inputs.',
      )
    : text(
        'Each update overshoots further than the one before. Lower the learning rate (it was {0}), clip the gradient, or normalise the inputs.',
        readable(learningRate),
      );
}

export const explodingGradient = defineRule({
  id: 'exploding-gradient',
  title: text('Gradient explodes'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [SERIES.gradNorm],
  thresholds,
  check: (limits) => new ExplodingGradientCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: 'backward',
    series: evidence.series,
    fixes: [
      { title: text('Lower the learning rate'), safety: 'suggestion' },
      { title: text('Clip the gradient norm before the optimizer step'), safety: 'suggestion' },
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
    ],
    values: {
      peak: evidence.peak,
      ...(evidence.usual === undefined ? {} : { usual: evidence.usual }),
      ...(evidence.leap === undefined ? {} : { updateRatio: evidence.leap }),
      loss: toWire(evidence.consequence.loss),
      lossStep: evidence.consequence.step,
      ...(evidence.firstLoss === undefined ? {} : { firstLoss: evidence.firstLoss }),
      ...(evidence.learningRate === undefined ? {} : { learningRate: evidence.learningRate }),
    },
  }),
  docs: {
    what: 'The norm of the gradient grows by orders of magnitude and takes the loss with it.',
    why: 'Each update overshoots, the next gradient is larger still, and within a few steps the weights overflow. What was learned before is lost.',
    how: [
      'The global gradient norm is compared with its running median over the last `window` steps. A norm of `factor` times the median alone says nothing: healthy runs have spikes. It is reported together with its consequence, within `patience` steps: a loss (or gradient) that is no longer finite; or, for `runawayFactor` times the median, a loss of `lossFactor` times its first value for `badSteps` steps in a row. An update of `updateLimit` times the weights counts as well when the loss is not finite at the next step: recurrent networks explode within one update. The second kind is not judged while the gradient is clipped, nor for losses of several optimizers (GANs), whose values rise and fall by themselves. Steps that a gradient scaler skipped do not count.',
      '',
      'The largest gradient norm over its running median, measured at every step of the healthy programs of test/corpus (two seeds each; torch 1.13 and TensorFlow.js 4.22):',
      '',
      '| program | ratio |',
      '|---|---|',
      '| one example at a time, after it has learned | 54 |',
      '| TensorFlow.js loop over a small table with raw features | 17 |',
      '| GAN, generator | 7.1 |',
      '| LSTM, clipped | 6.5 |',
      '| policy gradient with a value function | 6.5 |',
      '| regression on targets of 200,000 | 5.0 |',
      '| rare positives, weighted or with a bias | 4.2 |',
      '| autoencoder with warm restarts | 3.9 |',
      '| embeddings, one sequence at a time | 3.5 |',
      '| perceptron with Adam | 3.4 |',
      '| one-cycle convolutional network, accumulation, contrastive loss, transformer, He initialisation, fine-tuning, LBFGS | below 2.8 |',
    ].join('\n'),
    fix: [
      'Lower the learning rate, normalise the inputs, or clip the gradient between `backward()` and `step()`:',
      '',
      '```python',
      'loss.backward()',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)',
      'optimizer.step()',
      '```',
      '',
      '```js',
      'const { grads } = tf.variableGrads(loss);',
      'const norm = tf.sqrt(tf.addN(Object.values(grads).map((g) => g.square().sum())));',
      'const factor = tf.minimum(1, tf.div(1.0, norm));',
      'optimizer.applyGradients(Object.fromEntries(Object.entries(grads).map(([k, g]) => [k, g.mul(factor)])));',
      '```',
    ].join('\n'),
    wrong:
      'A value function whose targets grow a thousandfold during reinforcement learning looks the same. Where neither the gradient norm nor the update was measured just before the loss became non-finite, `non-finite-loss` alone is shown.',
  },
});
