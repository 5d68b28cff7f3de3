import { type ParameterMeasures, SERIES } from '../../protocol/telemetry.js';
import { text, type Text, toWire } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type ExplodedLayer, LayerGradients } from '../layerGradients.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { type Explosion, SurgeTrack } from '../surge.js';

interface Evidence extends Explosion {
  /** Where it began, as far as the layers' gradients were measured by then. */
  layer: ExplodedLayer | undefined;
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

class ExplodingGradientCheck implements Check<Evidence> {
  private readonly tracks = new Map<string, SurgeTrack>();
  private readonly gradients = new LayerGradients();
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly parameterMeasures = (seen: ParameterMeasures, facts: RunFacts): undefined => {
    this.gradients.add(seen, facts);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found || step.scalar(SERIES.skipped) === 1) return undefined;
    return this.first(step, (track) => track.follow(step, facts));
  };

  /** A gradient scaler may yet throw the step away. */
  readonly gate = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found || step.scalar(SERIES.lossScale) !== undefined) return undefined;
    return this.first(step, (track) => track.foresee(step, facts));
  };

  private first(step: StepView, look: (track: SurgeTrack) => Explosion | undefined): Evidence | undefined {
    for (const series of step.series) {
      if (series !== SERIES.gradNorm && !series.startsWith(`${SERIES.gradNorm}/`)) continue;
      const explosion = look(this.track(series));
      this.found = explosion !== undefined;
      if (explosion) return { ...explosion, layer: this.gradients.firstToExplode(explosion.step) };
    }
    return undefined;
  }

  private track(series: string): SurgeTrack {
    const known = this.tracks.get(series);
    if (known) return known;
    const fresh = new SurgeTrack(series, this.limits);
    this.tracks.set(series, fresh);
    return fresh;
  }
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

function explanation({ learningRate, layer }: Evidence): Text {
  if (layer) {
    return text(
      'Each update overshoots further than the one before. The gradient first grew in {0}, {1} times as large as before. Lower the learning rate, clip the gradient, or normalise the inputs.',
      layer.name,
      readable(layer.factor),
    );
  }
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
      ...(evidence.layer ? { layer: evidence.layer.name, layerFactor: evidence.layer.factor } : {}),
    },
  }),
  docs: {
    what: 'The norm of the gradient grows by orders of magnitude and takes the loss with it.',
    why: 'Each update overshoots, the next gradient is larger still, and within a few steps the weights overflow. What was learned before is lost.',
    how: [
      'The global gradient norm is compared with its running median over the last `window` steps. A norm of `factor` times the median alone says nothing: healthy runs have spikes. It is reported together with its consequence, within `patience` steps: a loss (or gradient) that is no longer finite; or, for `runawayFactor` times the median, a loss of `lossFactor` times its first value for `badSteps` steps in a row. An update of `updateLimit` times the weights counts as well when the loss is not finite at the next step: recurrent networks explode within one update. The second kind is not judged while the gradient is clipped, nor for losses of several optimizers (GANs), whose values rise and fall by themselves. Steps that a gradient scaler skipped do not count. Where the gradients of single layers were measured in time, the finding names the first in backward direction whose gradient is `factor` times what it first was.',
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
