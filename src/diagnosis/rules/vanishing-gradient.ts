import { type ParameterMeasures, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { gradientByDepth, rising } from '../gradientDepth.js';
import { LossTrend } from '../lossTrend.js';
import { layerLine } from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Vanishing {
  /** First layer: where the gradient is smallest. */
  first: string;
  last: string;
  source: SourceLine | undefined;
  firstRms: number;
  lastRms: number;
  ratio: number;
}

interface Evidence extends Vanishing {
  step: number;
  measures: number;
}

const thresholds = {
  ratio: {
    default: 1e-4,
    minimum: 1e-12,
    maximum: 0.1,
    unit: 'ratio',
    description: 'Gradient of the first layer over that of the last, root mean square of an element.',
    origin:
      'With sound initialisation it stays within a factor of about ten (Glorot and Bengio, AISTATS 2010; He et al., arXiv:1502.01852); a sigmoid multiplies it by at most 1/4 a layer.',
  },
  layers: {
    default: 4,
    minimum: 2,
    maximum: 1000,
    unit: '1',
    description: 'Fewest layers with weights.',
    origin: 'The gradient vanishes by a product over layers: in three there is hardly one.',
  },
  measures: {
    default: 3,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Measured steps in a row, beginning with the first.',
    origin: 'Weights that begin at zero give a small gradient at the first step or two only.',
  },
  patience: {
    default: 20,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps after which the loss should have fallen.',
    origin:
      'Ten losses at the start and ten at the end are compared, the fewest that tell a fall from noise.',
  },
};

/** Share of neighbouring layers between which the gradient has to shrink backwards: it is a matter of depth. */
const MOSTLY = 0.7;

class VanishingCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  private last: Vanishing | undefined;
  private measures = 0;
  private over = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly parameterMeasures = (seen: ParameterMeasures, facts: RunFacts): undefined => {
    if (this.over || seen.gradNorm === undefined) return;
    this.last = this.look(seen, facts);
    if (!this.last) this.over = true;
    else this.measures++;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.trend.add(step, facts);
    if (this.over || !this.last || this.measures < this.limits.measures) return undefined;
    const { patience } = this.limits;
    if (!this.trend.stalled(patience) && !this.trend.guessing(patience)) return undefined;
    this.over = true;
    return { ...this.last, step: step.step, measures: this.measures };
  };

  private look(seen: ParameterMeasures, facts: RunFacts): Vanishing | undefined {
    const depth = gradientByDepth(seen, facts);
    const [first, last] = [depth[0], depth.at(-1)];
    if (!first || !last || depth.length < this.limits.layers || first.rms === 0) return undefined;
    const ratio = first.rms / last.rms;
    if (ratio >= this.limits.ratio || rising(depth.map(({ rms }) => rms)) < MOSTLY) return undefined;
    return {
      first: first.name,
      last: last.name,
      source: layerLine(facts, first.layer),
      firstRms: first.rms,
      lastRms: last.rms,
      ratio,
    };
  }
}

export const vanishingGradient = defineRule({
  id: 'vanishing-gradient',
  title: text('Gradient vanishes'),
  status: 'stable',
  category: 'gradients',
  severity: 'warning',
  needs: [SERIES.gradNorm],
  thresholds,
  check: (limits) => new VanishingCheck(limits),
  explain: ({ step, first, last, source, firstRms, lastRms, ratio, measures }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The gradient vanishes: an element of {0} gets {1} on average, one of {2} gets {3}, {4} times as much, and nothing is learned of the inputs.',
      first,
      readable(firstRms),
      last,
      readable(lastRms),
      readable(1 / ratio),
    ),
    explanation: text(
      'Each layer multiplies the gradient by the slope of its activation and by its weights. Sigmoid and tanh, small initial weights and many layers without shortcuts make it shrink until the first layers no longer learn.',
    ),
    anchor: 'layer',
    series: SERIES.gradNorm,
    ...(source ? { source } : {}),
    fixes: [
      { title: text('Use ReLU or GELU with He’s initialisation in hidden layers'), safety: 'suggestion' },
      { title: text('Add batch or layer normalisation, or residual connections'), safety: 'suggestion' },
      { title: text('Use fewer layers'), safety: 'suggestion' },
    ],
    values: { ratio, firstRms, lastRms, first, last, measures },
  }),
  docs: {
    what: 'The first layers get a gradient that is many orders of magnitude smaller than that of the last layers, and the loss does not fall.',
    why: 'The first layers keep their random weights. The layers after them see noise and learn little more than the average of the targets.',
    how: 'For every weight of two or more dimensions (embeddings left out) the root mean square of its gradient’s elements is taken, in the order in which the layers run. The gradient vanishes when that of the first layer is below `ratio` times that of the last, it shrinks from layer to layer in at least 70 % of the pairs of neighbours, this holds at every measured step from the first on, at least `measures` times, and the loss has not fallen after `patience` steps, or is no better than that of guessing. A gradient of exactly zero is another rule’s: weights that begin at zero have one.',
    fix: [
      'Use activations and initial weights that keep the gradient’s size, or give it a shorter way:',
      '',
      '```python',
      '# before',
      'layers = [m for _ in range(12) for m in (nn.Linear(64, 64), nn.Sigmoid())]',
      '# after',
      'layers = [m for _ in range(12) for m in (nn.Linear(64, 64), nn.LayerNorm(64), nn.ReLU())]',
      '```',
      '',
      '```js',
      '// before',
      "model.add(tf.layers.dense({ units: 64, activation: 'sigmoid' }));",
      '// after',
      "model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: 'heNormal' }));",
      '```',
    ].join('\n'),
    wrong:
      'Optimizers like Adam divide the gradient’s size out and may train such a network all the same, after a long plateau.',
  },
});
