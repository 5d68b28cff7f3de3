import { type Batch, type Bye, type Labels, type LossSeen, SERIES } from '../../protocol/telemetry.js';
import { text, type Text, toWire } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type LearningLimits, LearningWatch } from '../learning.js';
import { measured } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { isContrastive, toleratedLoss } from '../untrained.js';

type Kind = 'large' | 'scales' | 'offset' | 'small';

interface Deviation {
  kind: Kind;
  tensor: string;
  min: number;
  max: number;
  mean: number;
  std: number;
  /** Root mean square, or the ratio that is out of range. */
  amount: number;
}

interface Evidence extends Deviation {
  step: number;
  consequence: 'initial' | 'diverged' | 'stuck';
  loss: number;
  /** What the loss should have been. */
  expected: number;
}

const thresholds = {
  scale: {
    default: 20,
    minimum: 2,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Root mean square of the inputs from which on they count as large.',
    origin:
      'Initialisation assumes 1 (Glorot and Bengio 2010; arXiv:1502.01852). Small raw features train well: the iris measurements have 4, digits from 0 to 16 have 8. Pixels from 0 to 255 have 85 (MNIST) to 135 (CIFAR-10).',
  },
  featureRatio: {
    default: 1000,
    minimum: 10,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Largest over smallest standard deviation of a feature that counts as out of range.',
    origin:
      'The condition number of the Hessian of a linear layer grows with the square of it (LeCun et al., Efficient BackProp, 1998): at 1000, gradient descent needs a million times as many steps for the smallest feature.',
  },
  offset: {
    default: 100,
    minimum: 5,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Mean of a feature in units of its standard deviation that counts as out of range.',
    origin: 'As above: the condition number grows with the square of the mean over the deviation.',
  },
  small: {
    default: 0.01,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description: 'Root mean square of the inputs up to which they count as too small.',
    origin: 'The gradient of the first layer is proportional to its input: a hundredth of what is usual.',
  },
  excess: {
    default: 0.75,
    minimum: 0.1,
    maximum: 100,
    unit: 'nats',
    description: 'By how much the first cross-entropy must exceed its expectation, as in initial-loss.',
    origin:
      'Logits of variance s² cost up to s²/2. Half of what initial-loss asks for, because the inputs say the same; more than 0.66, the most that healthy programs on raw features have.',
  },
  outputScale: {
    default: 2,
    minimum: 1,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Root mean square of the untrained outputs of a regression, in units of the target’s.',
    origin: 'He initialisation on standardised inputs gives 1.4.',
  },
  growth: {
    default: 10,
    minimum: 2,
    maximum: 1e6,
    unit: 'ratio',
    description: 'Loss over its first value that counts as diverged, for three steps in a row.',
    origin: 'Ten times worse than an untrained model is no noise of a batch.',
  },
  early: {
    default: 200,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps within which a divergence is put down to the inputs.',
    origin:
      'A learning rate that the scale of the inputs makes too high diverges at once; later there are other reasons.',
  },
};

const FLOAT = /^(b?float|half|double)/;
const NO_INPUT = /target|label|mask|weight|^y$/i;
const COMPUTES = /norm|rescal|embedding|linear|conv|dense|lstm|gru|rnn/i;
const LEVELS_OUT = /norm|rescal|embedding/i;
/** As in not-learning. */
const LEARNING: LearningLimits = { steps: 40, share: 0.9, progress: 0.03 };
const BAD_STEPS = 3;
/**
 * Inputs that stay within this are scaled already. Then a feature of little variation is one that is rarely there, as the
 * pixels at the border of an image, and takes nothing from the others.
 */
const SCALED = 10;

/** The first layer that computes puts any scale right. */
function isLevelledOut(facts: RunFacts): boolean {
  const first = facts.layers?.layers.find(({ kind }) => COMPUTES.test(kind));
  return first !== undefined && LEVELS_OUT.test(first.kind);
}

class InputsCheck implements Check<Evidence> {
  private readonly learning = new LearningWatch(LEARNING);
  private deviation: Deviation | undefined;
  private looked = false;
  private found = false;
  private first: number | undefined;
  private bad = 0;
  private primary: LossSeen | undefined;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly batch = ({ tensors }: Batch): undefined => {
    if (this.looked) return;
    const input = tensors.find(({ name, dtype }) => FLOAT.test(dtype) && !NO_INPUT.test(name));
    if (!input || input.min === undefined) return;
    this.looked = true;
    this.deviation = this.deviationOf(input);
  };

  readonly labels = (labels: Labels): undefined => {
    this.learning.labels(labels);
  };

  readonly loss = (loss: LossSeen): undefined => {
    this.learning.loss(loss);
    this.primary ??= loss;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const stuck = this.learning.step(step, facts);
    if (!this.deviation || this.found) return undefined;
    const value = step.scalar(this.primary?.series ?? SERIES.loss);
    const started = this.initial(value, facts) ?? this.diverged(value, step.step);
    const evidence =
      started ?? (stuck && { consequence: 'stuck' as const, loss: stuck.loss, expected: stuck.level });
    return evidence && this.evidence(evidence, step.step, facts);
  };

  readonly bye = (bye: Bye, facts: RunFacts): Evidence | undefined => {
    const stuck = this.deviation && !this.found ? this.learning.bye(bye, facts) : undefined;
    return (
      stuck &&
      this.evidence({ consequence: 'stuck', loss: stuck.loss, expected: stuck.level }, stuck.step, facts)
    );
  };

  readonly skipped = (): Text | undefined =>
    this.looked ? undefined : text('No floating-point inputs have been looked at.');

  private deviationOf(input: Batch['tensors'][number]): Deviation | undefined {
    const [min, max, mean] = [measured(input.min), measured(input.max), measured(input.mean)];
    const std = input.std === undefined ? (max - min) / Math.sqrt(12) : measured(input.std);
    const common = { tensor: input.name, min, max, mean, std };
    const size = Math.hypot(mean, std);
    const [ratio, offset] = [measured(input.featureScale), Math.abs(measured(input.featureOffset))];
    if (size >= this.limits.scale) return { kind: 'large', amount: size, ...common };
    const within = Math.max(Math.abs(min), Math.abs(max)) <= SCALED;
    if (!within && ratio >= this.limits.featureRatio) return { kind: 'scales', amount: ratio, ...common };
    if (!within && offset >= this.limits.offset) return { kind: 'offset', amount: offset, ...common };
    if (size > 0 && size <= this.limits.small) return { kind: 'small', amount: size, ...common };
    return undefined;
  }

  /** Outputs of the untrained model that are too large, seen in its first loss. */
  private initial(
    value: number | undefined,
    facts: RunFacts,
  ): Pick<Evidence, 'consequence' | 'loss' | 'expected'> | undefined {
    if (value === undefined || this.first !== undefined) return undefined;
    this.first = value;
    const { primary } = this;
    const fresh = facts.summary(primary?.series ?? SERIES.loss)?.firstStep === 0;
    if (!primary || !fresh || isContrastive(primary)) return undefined;
    const limits = toleratedLoss(primary, this.limits);
    const loss = primary.value === undefined ? (primary.pure ? value : NaN) : measured(primary.value);
    if (!limits || this.deviation?.kind === 'small' || !(loss > limits.tolerated)) return undefined;
    return { consequence: 'initial', loss, expected: limits.expected };
  }

  private diverged(
    value: number | undefined,
    step: number,
  ): Pick<Evidence, 'consequence' | 'loss' | 'expected'> | undefined {
    if (value === undefined || this.first === undefined || step > this.limits.early) return undefined;
    const risen = value > this.limits.growth * Math.abs(this.first);
    this.bad = risen || !Number.isFinite(value) ? this.bad + 1 : 0;
    const over = !Number.isFinite(value) ? this.bad >= 1 && step > 0 : this.bad >= BAD_STEPS;
    return over && this.deviation?.kind !== 'small'
      ? { consequence: 'diverged', loss: value, expected: this.first }
      : undefined;
  }

  private evidence(
    what: Pick<Evidence, 'consequence' | 'loss' | 'expected'>,
    step: number,
    facts: RunFacts,
  ): Evidence | undefined {
    if (!this.deviation || isLevelledOut(facts)) return undefined;
    this.found = true;
    return { ...this.deviation, ...what, step };
  }
}

function seen({ kind, min, max, mean, std, amount }: Evidence): Text {
  const range = [readable(min), readable(max)];
  switch (kind) {
    case 'large':
      return text(
        'The inputs go from {0} to {1} (mean {2}, standard deviation {3}) and are not normalised.',
        ...range,
        readable(mean),
        readable(std),
      );
    case 'small':
      return text(
        'The inputs go from {0} to {1} only: they are far smaller than what layers are initialised for.',
        ...range,
      );
    case 'scales':
      return text(
        'The inputs are not normalised: the standard deviation of one feature is {0} times that of another.',
        readable(amount),
      );
    case 'offset':
      return text(
        'The inputs are not normalised: the mean of a feature is {0} times its standard deviation.',
        readable(amount),
      );
  }
}

function explanation({ consequence, loss, expected }: Evidence): Text {
  const numbers = [readable(loss), readable(expected)];
  switch (consequence) {
    case 'initial':
      return text(
        'The untrained model’s outputs are far too large for it: the first loss is {0} instead of about {1}. The first steps are spent on undoing this; units die, or training diverges.',
        ...numbers,
      );
    case 'diverged':
      return text(
        'Gradients grow with the inputs, and the learning rate is too high for them: the loss went to {0} from {1}.',
        ...numbers,
      );
    case 'stuck':
      return text(
        'The loss has stayed at {0}; the best constant prediction has {1}. Features of very different size need learning rates of very different size.',
        ...numbers,
      );
  }
}

export const inputsNotNormalised = defineRule({
  id: 'inputs-not-normalised',
  title: text('Inputs are not normalised'),
  status: 'stable',
  category: 'data',
  severity: 'warning',
  needs: ['batch'],
  thresholds,
  check: (limits) => new InputsCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'warning',
    step: evidence.consequence === 'initial' ? 0 : evidence.step,
    message: seen(evidence),
    explanation: explanation(evidence),
    anchor: 'loader',
    series: null,
    fixes: [
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
      { title: text('Or begin the model with a normalising layer'), safety: 'suggestion' },
    ],
    values: {
      tensor: evidence.tensor,
      min: evidence.min,
      max: evidence.max,
      mean: evidence.mean,
      std: evidence.std,
      ...(evidence.kind === 'scales' ? { featureScale: evidence.amount } : {}),
      ...(evidence.kind === 'offset' ? { featureOffset: evidence.amount } : {}),
      consequence: evidence.consequence,
      loss: toWire(evidence.loss),
    },
  }),
  docs: {
    what: 'The inputs are far larger or smaller than about one, or their features differ in size by orders of magnitude, and the loss shows it.',
    why: 'Initial weights are made for inputs of zero mean and unit variance. Pixels from 0 to 255 make the first outputs a hundred times too large; a feature a thousand times larger than the others leaves these without effect, and the learning rate that suits one is too high or too low for the other.',
    how: [
      'The inputs of the first batch that was looked at are compared with `scale`, `featureRatio`, `offset` and `small`; with `featureRatio` and `offset` only where they go beyond 10, since in scaled inputs a feature that hardly varies is one that is rarely there, as a pixel at the border. Integers (tokens) are never judged, nor models whose first layer normalises or embeds. By itself this says nothing: the model may normalise what it gets, and small tables of raw numbers train well. It is reported together with a consequence:',
      '',
      '- the first loss is above what initial-loss expects by `excess` or `outputScale`: known at the first step; or',
      '- within `early` steps the loss is not finite, or `growth` times its first value for three steps; or',
      '- towards its end the run has learned nothing (as in not-learning).',
    ].join('\n'),
    fix: [
      'Normalise with the statistics of the training data:',
      '',
      '```python',
      '# before: pixels from 0 to 255',
      'x = torch.tensor(images, dtype=torch.float32)',
      '# after',
      'x = torch.tensor(images, dtype=torch.float32) / 255',
      'x = (x - x.mean()) / x.std()',
      '```',
      '',
      '```js',
      '// before',
      'const x = tf.tensor2d(rows);',
      '// after: each feature by itself',
      'const { mean, variance } = tf.moments(x, 0);',
      'const normalised = x.sub(mean).div(variance.sqrt().add(1e-6));',
      '```',
    ].join('\n'),
    wrong:
      'Where the initialisation or the learning rate is at fault and the inputs happen to be large, but are made small within the model, the consequence is put down to the wrong cause.',
  },
});
