import { text } from '../../protocol/values.js';
import type { LossFailed, LossSeen } from '../../protocol/telemetry.js';
import { checkLosses, expectedInput, measured, StepCounter } from '../lossFacts.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  series: string | null;
  step: number;
  activation: string | undefined;
  outputMin: number;
  outputMax: number;
  source: LossSeen['source'];
}

type Facts = Pick<LossSeen, 'outputMin' | 'outputMax'>;

/** Rounding may take a probability past 1 by this much. */
const ROUNDING = 1e-4;
const NOT_PROBABILITIES = new Set(['none', 'relu', 'tanh']);

function leavesUnitInterval({ outputMin, outputMax }: Facts): boolean {
  return measured(outputMin) < -ROUNDING || measured(outputMax) > 1 + ROUNDING;
}

/** The limits of a clamp keep logits in range, and let no gradient through where they do. */
function isCutOff({ outputActivation }: LossSeen): boolean {
  return outputActivation === 'clamp';
}

/** TensorFlow.js says a layer's activation by its configuration, and clips what is out of range without a word. */
function isLinearLayer({ outputActivation }: LossSeen, facts: RunFacts): boolean {
  return facts.hello?.framework === 'tfjs' && NOT_PROBABILITIES.has(outputActivation ?? '');
}

class LogitsBeforeBceCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  private readonly losses = checkLosses(
    (loss) => loss.function === 'binary_cross_entropy' && expectedInput(loss) === 'probabilities',
    (loss, facts) =>
      leavesUnitInterval(loss) || isCutOff(loss) || isLinearLayer(loss, facts) ? { loss } : undefined,
  );

  readonly step = this.steps.count;
  readonly skipped = this.losses.skipped;

  readonly loss = (seen: LossSeen, facts: RunFacts): Evidence | undefined => {
    const found = this.losses.loss(seen, facts);
    if (!found) return undefined;
    const { loss, series } = found;
    return this.evidence(loss, series, loss.outputActivation, loss.outputSource);
  };

  readonly lossFailed = (failed: LossFailed): Evidence | undefined => {
    if (failed.function !== 'binary_cross_entropy') return undefined;
    const told = /input (value|should)|elements of input/i.test(failed.message);
    return leavesUnitInterval(failed) || told
      ? this.evidence(failed, null, undefined, failed.source)
      : undefined;
  };

  private evidence(
    { outputMin, outputMax }: Facts,
    series: string | null,
    activation: string | undefined,
    source: LossSeen['source'],
  ): Evidence {
    const range = { outputMin: measured(outputMin), outputMax: measured(outputMax) };
    return { series, step: this.steps.current, activation, ...range, source };
  }
}

export const logitsBeforeBce = defineRule({
  id: 'logits-before-bce',
  title: text('Logits where binary cross-entropy wants probabilities'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new LogitsBeforeBceCheck(),
  explain: ({ series, step, activation, outputMin, outputMax, source }: Evidence) => ({
    severity: 'error',
    step,
    message: Number.isFinite(outputMin)
      ? text(
          'Binary cross-entropy wants probabilities, and gets numbers from {0} to {1} that no sigmoid was applied to.',
          readable(outputMin),
          readable(outputMax),
        )
      : text('Binary cross-entropy wants probabilities, and gets outputs that no sigmoid was applied to.'),
    explanation: text(
      'The logarithm of a number below 0 does not exist, so the framework raises an error or cuts such outputs off, and what is cut off gets no gradient.',
    ),
    anchor: 'loss',
    series,
    ...(source ? { source } : {}),
    fixes: [
      { title: text('Use the binary cross-entropy that takes logits'), safety: 'suggestion' },
      { title: text('Or end the model in a sigmoid'), safety: 'suggestion' },
    ],
    values: {
      ...(activation === undefined ? {} : { activation }),
      ...(Number.isFinite(outputMin) ? { outputMin, outputMax } : {}),
    },
  }),
  docs: {
    what: 'The loss is a binary cross-entropy that takes probabilities, and the model’s raw outputs go into it.',
    why: 'PyTorch raises an error as soon as an output leaves 0 to 1. TensorFlow.js clips the outputs in silence: an output below 0 or above 1 gets no gradient, and the model stops learning where it is most wrong.',
    how: 'The function takes probabilities, and its input was below 0 or above 1, or it raised an error for that reason. Or the input is the output of a linear layer that `clamp` cuts off at both ends. In TensorFlow.js a last layer with a linear, ReLU or tanh activation is enough. It is known at the first step.',
    fix: [
      'Use the loss that takes logits; it is numerically stable as well.',
      '',
      '```python',
      '# before',
      'loss = nn.BCELoss()(model(x), y)',
      '# after',
      'loss = nn.BCEWithLogitsLoss()(model(x), y)',
      '```',
      '',
      '```js',
      '// before: the last layer is linear',
      'model.add(tf.layers.dense({ units: 1 }));',
      "model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });",
      '// after',
      "model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));",
      "model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });",
      '```',
    ].join('\n'),
    wrong: 'A script that cuts outputs off by something else than a clamp, before the loss, is not noticed.',
  },
});
