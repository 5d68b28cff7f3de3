import type { ActivationMeasures } from '../../protocol/telemetry.js';
import { SERIES } from '../../protocol/telemetry.js';
import { fromWire, text, type Text } from '../../protocol/values.js';
import { expectedLossOf } from '../../run/expectedLoss.js';
import { readable } from '../format.js';
import { LossTrend } from '../lossTrend.js';
import { isResumed, layerLine } from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { type InitialWeight, initialWeights, isConstant } from '../weightScale.js';

/** `loud` is `large` too, and shows in the first loss. */
type Kind = 'constant' | 'large' | 'loud' | 'small';

interface Evidence {
  kind: Kind;
  step: number;
  weight: InitialWeight;
  /** Weights that are so. */
  count: number;
  /** What shows that it matters, for `large` and `small`: the size of the outputs. */
  consequence: number;
}

const thresholds = {
  large: {
    default: 4,
    minimum: 1.5,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Standard deviation of initial weights over He’s that is too large.',
    origin:
      'Every scheme in use is at or below He’s (arXiv:1502.01852): PyTorch’s default is 0.41 of it, Glorot’s 0.7 for square layers, orthogonal with gain √2 is 1. With 4, signals grow fourfold a layer.',
  },
  outputs: {
    default: 10,
    minimum: 1,
    maximum: 1e6,
    unit: 'ratio',
    description:
      'Standard deviation of the untrained model’s outputs, over that of the targets where it is a regression on larger ones, that shows the consequence.',
    origin: 'He initialisation of every layer gives about 1.4 for standardised inputs.',
  },
  loss: {
    default: 3,
    minimum: 1.1,
    maximum: 1e6,
    unit: 'ratio',
    description: 'First loss of a classification over its expectation that shows the consequence as well.',
    origin:
      'He initialisation of every layer raises a cross-entropy by up to 1 nat (arXiv:1502.01852); three times ln 2 is 1.4 above its expectation.',
  },
  small: {
    default: 0.25,
    minimum: 1e-6,
    maximum: 0.4,
    unit: 'ratio',
    description: 'Standard deviation of initial weights over He’s, of half of the layers, that is too small.',
    origin:
      'PyTorch’s default, the smallest of the schemes in use for layers without normalisation, is 0.41.',
  },
  shrinking: {
    default: 1e-3,
    minimum: 1e-12,
    maximum: 0.5,
    unit: 'ratio',
    description: 'Spread over the batch in the last layer over that in the first that shows the consequence.',
    origin: 'With PyTorch’s default a layer of ReLU shrinks it to 0.4: a thousandth takes eight layers.',
  },
  patience: {
    default: 20,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps after which the loss should have fallen, for weights that are too small.',
    origin:
      'Ten losses at the start and ten at the end are compared, the fewest that tell a fall from noise.',
  },
};

/** Two layers one after the other, so that the units between them are all the same and stay so. */
function symmetric(weights: readonly InitialWeight[]): InitialWeight[] {
  const all = weights.filter(isConstant);
  if (all.length === weights.length && all.length >= 2) return all;
  return weights.filter((weight, index) => {
    const after = weights[index + 1];
    return after !== undefined && isConstant(weight) && isConstant(after) && weight.outputs === after.inputs;
  });
}

/** Outputs of the untrained model by the loss functions' inputs, in units of what they are to reach. */
function outputSize(facts: RunFacts): number {
  const sizes = facts.losses.map(({ outputStd, outputActivation, targetMeanSquare }) => {
    if (outputStd === undefined || (outputActivation ?? 'none') !== 'none') return 0;
    return fromWire(outputStd) / Math.max(1, Math.sqrt(targetMeanSquare ?? 0));
  });
  return Math.max(0, ...sizes.filter((size) => !Number.isNaN(size)));
}

/** The first loss over that of a model that knows nothing, of classifications: other losses have no fixed scale. */
function lossFactor(step: StepView, facts: RunFacts): number {
  const factors = facts.losses.map((loss) => {
    const expected = loss.classes === undefined ? null : expectedLossOf(loss);
    const value = loss.value === undefined ? step.scalar(loss.series) : fromWire(loss.value);
    return expected && value !== undefined ? value / expected.value : 0;
  });
  return Math.max(0, ...factors.filter((factor) => !Number.isNaN(factor)));
}

class PoorInitialisationCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  private first: ActivationMeasures | undefined;
  private over = false;
  private begun = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly activations = (seen: ActivationMeasures): undefined => {
    this.first ??= seen;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.over || !facts.parameters) return undefined;
    this.trend.add(step, facts);
    const evidence = isResumed(facts) ? undefined : this.judge(step, facts);
    this.over = evidence !== undefined;
    return evidence;
  };

  private judge(step: StepView, facts: RunFacts): Evidence | undefined {
    if (!this.begun || step.step === 1) {
      this.begun = true;
      const found = this.atStart(step, initialWeights(facts), facts);
      if (found) return found;
    }
    return this.trend.stalled(this.limits.patience)
      ? this.tooSmall(step.step, initialWeights(facts))
      : undefined;
  }

  private atStart(view: StepView, weights: InitialWeight[], facts: RunFacts): Evidence | undefined {
    const { step } = view;
    const same = symmetric(weights);
    if (same[0]) return { kind: 'constant', step, weight: same[0], count: same.length, consequence: 0 };
    const large = weights.filter(({ relative }) => relative >= this.limits.large);
    const [largest] = large.toSorted((a, b) => b.relative - a.relative);
    const [consequence, loss] = [outputSize(facts), lossFactor(view, facts)];
    if (!largest || (consequence < this.limits.outputs && loss < this.limits.loss)) return undefined;
    if (consequence < this.limits.outputs)
      return { kind: 'loud', step, weight: largest, count: large.length, consequence: loss };
    return { kind: 'large', step, weight: largest, count: large.length, consequence };
  }

  private tooSmall(step: number, weights: InitialWeight[]): Evidence | undefined {
    const small = weights.filter(({ relative }) => relative > 0 && relative <= this.limits.small);
    const consequence = this.shrinking(weights);
    if (small.length < 3 || small.length < weights.length / 2 || consequence === undefined) return undefined;
    return consequence > this.limits.shrinking || !small[0]
      ? undefined
      : { kind: 'small', step, weight: small[0], count: small.length, consequence };
  }

  /** How much less the outputs of the last layer differ from example to example than those of the first. */
  private shrinking(weights: readonly InitialWeight[]): number | undefined {
    const layers = new Set(weights.map(({ layer }) => layer));
    const spreads =
      this.first?.layers.filter(({ layer }) => layers.has(layer)).map(({ spread }) => spread) ?? [];
    const [first, last] = [spreads[0], spreads.at(-1)];
    if (first === undefined || last === undefined || !(fromWire(first) > 0)) return undefined;
    return fromWire(last) / fromWire(first);
  }
}

function message({ kind, weight, count, consequence }: Evidence): Text {
  const { name, std, relative, mean } = weight;
  switch (kind) {
    case 'constant':
      return text(
        'All initial weights of {0} are {1}, and so it is in the layer after it: the units between them are all the same and stay so.',
        name,
        readable(mean),
      );
    case 'large':
      return text(
        'The initial weights of {0} have a standard deviation of {1}, {2} times He’s ({3} layers), and the untrained outputs one of {4}.',
        name,
        readable(std),
        readable(relative),
        count,
        readable(consequence),
      );
    case 'loud':
      return text(
        'The initial weights of {0} have a standard deviation of {1}, {2} times He’s ({3} layers), and the first loss is {4} times that of a model that knows nothing.',
        name,
        readable(std),
        readable(relative),
        count,
        readable(consequence),
      );
    case 'small':
      return text(
        'The initial weights of {0} have a standard deviation of {1}, {2} times He’s ({3} layers): the last layer’s outputs differ by {4} of what the first one’s do, and the loss has not fallen.',
        name,
        readable(std),
        readable(relative),
        count,
        readable(consequence),
      );
  }
}

function explanation(kind: Kind): Text {
  return kind === 'constant'
    ? text(
        'Units with the same weights get the same gradient: a layer of a hundred is worth one, and zeros let no gradient through at all. Initial weights must be random.',
      )
    : text(
        'Weights should be of a size that keeps signals as large as they are from layer to layer. Otherwise outputs explode or fade with depth, and so do gradients.',
      );
}

export const poorInitialisation = defineRule({
  id: 'poor-initialisation',
  title: text('Poor initial weights'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new PoorInitialisationCheck(limits),
  explain: (evidence: Evidence, facts: RunFacts) => {
    const source = layerLine(facts, evidence.weight.layer);
    return {
      severity: 'warning' as const,
      step: evidence.step,
      message: message(evidence),
      explanation: explanation(evidence.kind),
      anchor: 'layer' as const,
      series: null,
      ...(source ? { source } : {}),
      fixes: [
        {
          title: text('Leave the framework’s default initialisation, or use He’s or Glorot’s scheme'),
          safety: 'suggestion' as const,
        },
      ],
      values: {
        kind: evidence.kind === 'loud' ? 'large' : evidence.kind,
        layer: evidence.weight.name,
        std: evidence.weight.std,
        relative: evidence.weight.relative,
        layers: evidence.count,
        ...(evidence.kind === 'constant' ? {} : { consequence: evidence.consequence }),
      },
    };
  },
  docs: {
    what: 'The initial weights of layers are all the same, or far larger or smaller than what keeps signals at their size.',
    why: 'Units that begin equal stay equal. Weights that are too large make the untrained model’s outputs huge: the first loss is far above its expectation and tanh or sigmoid saturate. Weights that are too small make all outputs the same, and the gradient vanishes.',
    how: [
      'The probe measures mean and standard deviation of each weight before the first step. In models whose weights were not loaded, of linear, convolutional and recurrent layers that are trained, one of these is reported:',
      '',
      '- *constant*: two layers one after the other, or all (of at least two), have a standard deviation of zero. A single layer of zeros (the last of a model or of a residual branch, a gate) is sound and is left alone.',
      '- *large*: a standard deviation of at least `large` times `√(2 / inputs)`, and an input of the loss function, before any softmax or sigmoid, of at least `outputs` times 1 (or the targets’ root mean square where that is larger); or a first loss of a classification of at least `loss` times its expectation.',
      '- *small*: at least half of the layers (and three) are below `small` times `√(2 / inputs)`, the last layer’s outputs differ from example to example by less than `shrinking` of what the first one’s do, and the loss has not fallen after `patience` steps.',
    ].join('\n'),
    fix: [
      'Leave the defaults, or use the scheme that goes with the activation:',
      '',
      '```python',
      '# before',
      'nn.init.normal_(layer.weight, std=1.0)',
      '# after',
      "nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')",
      '```',
      '',
      '```js',
      '// before',
      'const w = tf.variable(tf.randomNormal([784, 128]));',
      '// after',
      'const w = tf.variable(tf.randomNormal([784, 128], 0, Math.sqrt(2 / 784)));',
      '```',
    ].join('\n'),
    wrong:
      'Networks with large first weights by design, whose layers are not frozen (random Fourier features), when they are also the reason for large outputs.',
  },
});
