import { SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, type Text, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { guessingLoss } from '../untrainedLoss.js';

interface Narrow {
  name: string;
  width: number;
  source: SourceLine | undefined;
}

interface Evidence {
  step: number;
  loss: number;
  guess: number;
  narrow: Narrow;
}

const thresholds = {
  steps: {
    default: 300,
    minimum: 20,
    maximum: 1e9,
    unit: 'steps',
    description: 'Steps of a run that is long enough to be judged.',
    origin:
      'Half of it must have gone by without any progress; fewer steps do not tell a plateau from a slow start.',
  },
  share: {
    default: 0.6,
    minimum: 0.05,
    maximum: 1,
    unit: 'ratio',
    description: 'Final loss over that of guessing above which little has been learned.',
    origin:
      'Noisy labels keep healthy models there as well (40 % noise: 0.7), so a layer too narrow to pass the answer on must be seen too.',
  },
  width: {
    default: 2,
    minimum: 1,
    maximum: 64,
    unit: 'units',
    description:
      'Units of a hidden layer that are too few, where inputs and outputs have at least four times as many.',
    origin:
      'Two units with a rectifier tell at most a handful of regions apart (Montúfar et al. 2014, arXiv:1402.1869).',
  },
};

/** Shares of the run whose losses are compared: the half before the last fifth, and the last fifth. */
const FALL = 0.02;
const WIDER = 4;

class UnderfittingCheck implements Check<Evidence> {
  private readonly losses: number[] = [];
  private latest = 0;
  private reached = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (at: StepView, facts: RunFacts): undefined => {
    const value = at.scalar(facts.losses[0]?.series ?? SERIES.loss);
    this.latest = at.step;
    if (value !== undefined && Number.isFinite(value)) this.losses.push(value);
  };

  readonly bye = (_message: unknown, facts: RunFacts): Evidence | undefined => {
    const loss = facts.losses[0];
    const guess = loss?.pure ? guessingLoss(loss) : undefined;
    const narrow = narrowLayer(facts, this.limits.width);
    this.reached = this.losses.length >= this.limits.steps && guess !== undefined;
    if (!this.reached || guess === undefined || !narrow || hasSeveralObjectives(facts)) return undefined;
    const count = this.losses.length;
    const before = mean(this.losses.slice(Math.floor(0.5 * count), Math.floor(0.7 * count)));
    const now = mean(this.losses.slice(Math.floor(0.8 * count)));
    if (now < this.limits.share * guess || before - now > FALL * before) return undefined;
    return { step: this.latest, loss: now, guess, narrow };
  };

  readonly skipped = (): Text | undefined =>
    this.reached ? undefined : text('Told at the end of a longer run whose loss of guessing is known.');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Widths of the matrices in order; an input as wide as the output is an autoencoder, narrow on purpose. */
function narrowLayer(facts: RunFacts, limit: number): Narrow | undefined {
  const dense = (facts.parameters?.parameters ?? []).filter(({ shape }) => shape.length === 2);
  const flip = facts.hello?.framework === 'tfjs';
  const sides = dense.map(({ shape: [a = 0, b = 0] }) => (flip ? { from: a, to: b } : { from: b, to: a }));
  const [first, last] = [sides[0], sides.at(-1)];
  if (!first || !last || first.from === last.to || first.from < WIDER * limit) return undefined;
  if (last.to < WIDER * limit) return undefined;
  const at = sides.slice(0, -1).findIndex(({ to }, i) => to <= limit && sides[i + 1]?.from === to);
  const parameter = dense[at];
  if (!parameter) return undefined;
  const source = facts.layers?.layers[parameter.layer]?.source;
  return { name: parameter.name, width: sides[at]?.to ?? 0, source };
}

export const underfitting = defineRule({
  id: 'underfitting',
  title: text('Underfitting'),
  status: 'stable',
  category: 'generalisation',
  severity: 'info',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new UnderfittingCheck(limits),
  explain: ({ step, loss, guess, narrow }: Evidence) => ({
    severity: 'info',
    step,
    message: text(
      'The loss has settled at {0}, not far below guessing ({1}), and {2} lets only {3} numbers through.',
      ...[readable(loss), readable(guess), narrow.name, narrow.width],
    ),
    explanation: text(
      'The model is too small for what it is to learn: more training will not help. Widen the layer.',
    ),
    anchor: 'layer',
    ...(narrow.source && { source: narrow.source }),
    series: SERIES.loss,
    fixes: [{ title: text('Give the hidden layer more units'), safety: 'suggestion' }],
    values: { loss, guess, width: narrow.width },
  }),
  docs: {
    what: 'The loss has stopped to fall not far below that of guessing, and a hidden layer is too narrow to pass the answer on.',
    why: 'More steps or another optimizer do not help a model that cannot represent what it is to learn.',
    how: 'At the end of a run of at least `steps` steps: the mean loss of the last fifth is above `share` of the loss of guessing (`ln C`, `ln 2`, the variance of the targets) and less than 2 % below that of the steps from a half to seven tenths, and a hidden dense layer has at most `width` units while inputs and outputs have at least four times as many. A high final loss alone is never reported: labels may be noise. Autoencoders, whose outputs are as wide as their inputs, are narrow on purpose.',
    fix: [
      'Give the model enough units to represent the answer.',
      '',
      '```python',
      '# before',
      'model = nn.Sequential(nn.Linear(64, 2), nn.ReLU(), nn.Linear(2, 10))',
      '# after',
      'model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))',
      '```',
      '',
      '```js',
      '// before',
      'model.add(tf.layers.dense({ units: 2, activation: "relu", inputShape: [64] }));',
      '// after',
      'model.add(tf.layers.dense({ units: 128, activation: "relu", inputShape: [64] }));',
      '```',
    ].join('\n'),
    wrong:
      'A layer of two units that is there to be looked at (a plane to draw the data in) costs accuracy on purpose.',
  },
});
