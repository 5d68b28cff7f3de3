import { type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { fromWire, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';
import { isContrastive, toleratedLoss, type UntrainedLimits } from '../untrained.js';

interface Evidence {
  series: string;
  step: number;
  value: number;
  expected: number;
  formula: string;
  /** The largest value that would have been silent. */
  tolerated: number;
}

interface Limits extends UntrainedLimits {
  readonly gross: number;
  readonly patience: number;
}

class InitialLossCheck implements Check<Evidence> {
  private readonly waiting = new Map<string, LossSeen>();
  private readonly met = new Set<string>();
  /** Off, but not grossly: shown where training does not put it right by itself. */
  private readonly held = new Map<string, Evidence>();
  private judged = 0;
  private obstacle: Text | undefined;

  constructor(private readonly limits: Limits) {}

  readonly loss = (loss: LossSeen): undefined => {
    if (this.met.has(loss.series)) return;
    this.met.add(loss.series);
    this.waiting.set(loss.series, loss);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    for (const [series, loss] of this.waiting) {
      const value = step.scalar(series);
      if (value === undefined) continue;
      this.waiting.delete(series);
      const evidence = this.judge(loss, value, step.step, facts);
      if (evidence && this.isGross(loss, evidence)) return evidence;
      if (evidence) this.held.set(series, evidence);
    }
    return this.overdue(step);
  };

  readonly bye = (): Evidence | undefined => [...this.held.values()][0];

  readonly skipped = (facts: RunFacts): Text | undefined => {
    if (this.judged > 0) return undefined;
    return (
      this.obstacle ??
      text('The first value of {0} has not been seen.', facts.losses[0]?.series ?? SERIES.loss)
    );
  };

  private isGross(loss: LossSeen, { value }: Evidence): boolean {
    const { excess, outputScale, gross } = this.limits;
    const far = toleratedLoss(loss, { excess: gross * excess, outputScale: gross * outputScale }, gross);
    return far === null || value > far.tolerated;
  }

  /** A start that is undone within a few steps did no harm. */
  private overdue(step: StepView): Evidence | undefined {
    for (const [series, evidence] of this.held) {
      const value = step.scalar(series);
      if (value === undefined) continue;
      if (value <= evidence.expected) this.held.delete(series);
      else if (step.step - evidence.step >= this.limits.patience || !Number.isFinite(value)) {
        this.held.delete(series);
        return { ...evidence, step: step.step };
      }
    }
    return undefined;
  }

  private judge(loss: LossSeen, ofStep: number, step: number, facts: RunFacts): Evidence | undefined {
    const tolerated = toleratedLoss(loss, this.limits);
    this.obstacle = obstacleTo(loss, tolerated !== null, step, facts);
    if (!tolerated || this.obstacle) return undefined;
    this.judged++;
    const value = loss.value === undefined ? ofStep : fromWire(loss.value);
    if (!Number.isFinite(value) || value <= tolerated.tolerated) return undefined;
    return { series: loss.series, step, value, ...tolerated };
  }
}

function obstacleTo(loss: LossSeen, known: boolean, step: number, facts: RunFacts): Text | undefined {
  if (loss.resumed) return text('The model started from saved weights.');
  // Each optimizer has its own first step, one after the other.
  if (step >= Math.max(1, facts.optimizers.length)) {
    return text(
      '{0} was first computed at step {1}, when training had begun.',
      loss.label || loss.series,
      step,
    );
  }
  if (!known) return text('The expected value of {0} is not known.', loss.function);
  if (loss.value === undefined && !loss.pure) {
    return text('{0} is a sum with other terms.', loss.label || loss.series);
  }
  if (isContrastive(loss))
    return text('{0} compares the examples of a batch with each other.', loss.label || loss.series);
  return undefined;
}

export const initialLoss = defineRule({
  id: 'initial-loss',
  title: text('Initial loss off its expectation'),
  status: 'stable',
  category: 'loss',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    excess: {
      default: 1.25,
      minimum: 0.1,
      maximum: 100,
      unit: 'nats',
      description:
        'By how much a first cross-entropy may exceed its expectation, at most as much again as the expectation itself.',
      origin:
        'Logits of variance s² raise the expected cross-entropy by up to s²/2 (Jensen). Standardised inputs give s² of about 1/3 under PyTorch’s default initialisation and 2 when every layer has He’s (arXiv:1502.01852): 1.0 nats; a quarter is added for heavy-tailed inputs.',
    },
    gross: {
      default: 4,
      minimum: 1,
      maximum: 1000,
      unit: 'ratio',
      description: 'Multiple of `excess` and `outputScale` from which on it is said at once.',
      origin:
        'Four times what initialisation can explain is inputs in the hundreds; below, a sound optimizer undoes it within a few steps (measured: Glorot initialisation on features of deviation 3, five steps).',
    },
    patience: {
      default: 20,
      minimum: 1,
      maximum: 1e6,
      unit: 'steps',
      description: 'Steps within which a smaller excess may be undone: then nothing is said.',
      origin: 'A start that costs more than twenty steps is worth a look.',
    },
    outputScale: {
      default: 5,
      minimum: 1,
      maximum: 1e6,
      unit: 'ratio',
      description:
        'Root mean square of an untrained model’s outputs that is tolerated in a regression, in units of the target’s (or of 1 where that is larger).',
      origin:
        'He initialisation of every layer gives outputs of about 1.4 for standardised inputs; three times that is tolerated.',
    },
  },
  check: (limits) => new InitialLossCheck(limits),
  explain: ({ series, step, value, expected, formula, tolerated }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The first loss is {0}; a model that has learned nothing should start near {1} ({2}).',
      readable(value),
      readable(expected),
      formula,
    ),
    explanation: text(
      'The untrained model’s outputs are far too large: it is confident before it has seen anything. Inputs that are not normalised or a last layer that is initialised too large are the usual reasons; the first steps are spent on undoing it, or training diverges.',
    ),
    anchor: 'loss',
    series,
    fixes: [
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
      { title: text('Initialise the last layer with smaller weights'), safety: 'suggestion' },
      {
        title: text('Check the number of classes, the labels and the reduction of the loss'),
        safety: 'suggestion',
      },
    ],
    values: { value, expected, formula, tolerated },
  }),
  docs: {
    what: 'The loss of the very first batch is far above what a model that knows nothing should get.',
    why: 'An untrained classifier should find all classes about equally likely. When it does not, its outputs are far too large: inputs are not normalised, the last layer is initialised too large, or loss and labels do not fit together. At best the first steps are spent on undoing this; at worst training diverges or units die.',
    how: [
      'The first value that the loss function returned is compared with the loss of the prediction that knows nothing:',
      '',
      '| loss | expected |',
      '|---|---|',
      '| cross-entropy, negative log-likelihood | `ln C` for C classes, with label smoothing too; a mean cancels class weights, a sum multiplies by them |',
      '| binary cross-entropy, with logits or without | `ln 2 · (1 + (pos_weight - 1) · mean(y))` |',
      '| mean squared error | `mean(y²)`, the loss of the output zero |',
      '| mean absolute error | `mean(abs(y))` |',
      '',
      'A cross-entropy is off when, for one element, it exceeds `expected + min(excess, expected) + 3/√n`, where `n` is the number of elements in the batch: the last term is what a small batch’s choice of labels may do. A regression is off when even the triangle inequality needs outputs larger than `outputScale` times the target: `√mse - √mean(y²) > outputScale · max(1, √mean(y²))`. With `excess` and `outputScale` multiplied by `gross` it is said at once; else only if the loss has not come down to its expectation within `patience` steps.',
      '',
      'Measured on the healthy programs of test/corpus, two seeds each, for one element: raw features into a linear layer 0.66 nats above the expectation, six He-initialised layers 0.61, a batch of one 0.62, He initialisation on raw features in TensorFlow.js 0.54, Glorot initialisation 0.20, a transformer 0.26; PyTorch’s default initialisation stays within 0.05. Faulty ones: pixels from 0 to 255 160 and more, tied embeddings of variance one 58.',
      '',
      'A loss *below* its expectation is never reported: pretrained weights and a bias set to the class frequencies start low for good reasons. Models that a state was loaded into, losses first computed after training began, expressions of the script’s own and contrastive losses over a batch are not judged; the run’s list of checks says so.',
    ].join('\n'),
    fix: [
      'Normalise the inputs; then look at the initialisation of the last layer.',
      '',
      '```python',
      '# before: pixels from 0 to 255',
      'x = torch.tensor(images, dtype=torch.float32)',
      '# after',
      'x = torch.tensor(images, dtype=torch.float32)',
      'x = (x - x.mean()) / x.std()',
      '```',
      '',
      '```js',
      '// before: pixels from 0 to 255',
      'const x = tf.tensor2d(images);',
      '// after',
      'const { mean, variance } = tf.moments(x);',
      'const normalised = x.sub(mean).div(variance.sqrt());',
      '```',
    ].join('\n'),
    wrong:
      'Losses that scale their logits on purpose (ArcFace and other angular margins) start high and train well: switch the rule off for them. Weights that were loaded in a way the probe does not see are judged as if they were fresh.',
  },
});
