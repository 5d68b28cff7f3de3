import { type ActivationMeasures, type ParameterMeasures, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { LossTrend } from '../lossTrend.js';
import { isMatrix, layerOf, parametersOf, unpack } from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

type Entry = ActivationMeasures['layers'][number];

interface Dying {
  name: string;
  /** First of the measured steps in a row at which it was dead. */
  since: number;
  measures: number;
  dead: number;
  source: SourceLine | undefined;
  /** Layers with weights up to and with it, in the order in which they ran. */
  before: ReadonlySet<number>;
}

interface Evidence extends Dying {
  step: number;
  /** Whether the gradient of the weights in front was exactly zero. */
  blocked: boolean;
}

const thresholds = {
  dead: {
    default: 0.9,
    minimum: 0.1,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of a layer’s units that are zero for every example of the batch.',
    origin:
      'Trained ReLU networks have about half of their activations at zero, sparse ones 50 to 80 % (Glorot, Bordes and Bengio, AISTATS 2011), but for each example others. A unit that no example wakes has gradient zero and is dead (arXiv:1903.06733); nine of ten is far beyond what initialisation leaves.',
  },
  measures: {
    default: 3,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Measured steps in a row.',
    origin: 'Each looks at another batch; a single one may be unlike the others.',
  },
  examples: {
    default: 16,
    minimum: 1,
    maximum: 1e6,
    unit: '1',
    description: 'Least number of examples in these batches together.',
    origin:
      'A healthy unit is zero for an example with a probability of about one half: for 16 examples with one of 0.00002.',
  },
  patience: {
    default: 50,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description:
      'Steps after which the loss should have fallen, where the gradient in front of the layer is not zero.',
    origin:
      'Ten losses at the start and ten at the end are compared, after time enough for a small learning rate.',
  },
};

class DeadReluCheck implements Check<Evidence> {
  private readonly dying = new Map<string, Dying>();
  private readonly trend = new LossTrend();
  private norms = new Float32Array(0);
  private found = false;
  private examples = 0;
  private measures = 0;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly parameterMeasures = (seen: ParameterMeasures): undefined => {
    if (seen.gradNorm !== undefined) this.norms = new Float32Array(unpack(seen.gradNorm));
  };

  readonly activations = (seen: ActivationMeasures, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.measures++;
    this.examples += facts.firstBatch?.tensors[0]?.shape[0] ?? lossRows(facts);
    seen.layers.forEach((entry, place) => this.look(entry, place, seen, facts));
    return this.verdict(seen.step, facts);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.trend.add(step, facts);
    return this.found ? undefined : this.verdict(step.step, facts);
  };

  private look(entry: Entry, place: number, seen: ActivationMeasures, facts: RunFacts): void {
    const key = keyOf(entry, place);
    if (entry.dead === undefined || entry.dead < this.limits.dead) {
      this.dying.delete(key);
      return;
    }
    const known = this.dying.get(key);
    this.dying.set(key, {
      name: layerOf(facts, entry.layer)?.name ?? entry.kind,
      since: known?.since ?? seen.step,
      measures: (known?.measures ?? 0) + 1,
      dead: entry.dead,
      source: entry.source ?? layerOf(facts, entry.layer)?.source,
      before: new Set(
        seen.layers
          .slice(0, place + 1)
          .map(({ layer }) => layer)
          .filter((layer) => layer >= 0),
      ),
    });
  }

  private verdict(step: number, facts: RunFacts): Evidence | undefined {
    if (this.dying.size === 0 || this.examples < this.limits.examples) return undefined;
    for (const one of this.dying.values()) {
      if (one.measures < this.limits.measures) continue;
      const blocked = one.dead === 1 ? this.isBlocked(one.before, facts) : undefined;
      if (blocked === false || (blocked !== true && !this.trend.stalled(this.limits.patience))) continue;
      this.found = true;
      return { ...one, step, blocked: blocked === true };
    }
    return undefined;
  }

  /** No gradient gets past it, undefined where it is not measured: one that goes around, as in a residual network, reaches what lies before. */
  private isBlocked(before: ReadonlySet<number>, facts: RunFacts): boolean | undefined {
    const norms = parametersOf(facts)
      .map((parameter, index) => ({ parameter, norm: this.norms[index] ?? NaN }))
      .filter(
        ({ parameter, norm }) => isMatrix(parameter) && before.has(parameter.layer) && !Number.isNaN(norm),
      );
    return norms.length === 0 ? undefined : norms.every(({ norm }) => norm === 0);
  }
}

function keyOf({ layer, kind }: Entry, place: number): string {
  return layer >= 0 ? String(layer) : `${kind}:${place}`;
}

function lossRows(facts: RunFacts): number {
  return facts.losses[0]?.outputShape?.[0] ?? 1;
}

function percent(share: number): number {
  return Math.round(share * 100);
}

export const deadRelu = defineRule({
  id: 'dead-relu',
  title: text('ReLU units are dead'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [],
  thresholds,
  check: (limits) => new DeadReluCheck(limits),
  explain: ({ step, name, since, measures, dead, source, blocked }: Evidence) => ({
    severity: 'warning',
    step,
    message: blocked
      ? text(
          'All units of {0} are zero for every example since step {1}, and the weights in front of it get a gradient of exactly zero.',
          name,
          since,
        )
      : text(
          'Of the units of {1}, {0} % are zero for every example since step {2}, and the loss has not fallen.',
          percent(dead),
          name,
          since,
        ),
    explanation: text(
      'A ReLU that is zero for all data has a gradient of zero, so nothing wakes it again. A learning rate that is too high, inputs that are not normalised, and initial weights or biases far below zero are the usual reasons.',
    ),
    anchor: 'layer',
    series: SERIES.loss,
    ...(source ? { source } : {}),
    fixes: [
      { title: text('Lower the learning rate'), safety: 'suggestion' },
      { title: text('Initialise with He’s scheme and biases of zero'), safety: 'suggestion' },
      { title: text('Use LeakyReLU, ELU or GELU'), safety: 'suggestion' },
    ],
    values: { layer: name, dead, since, measures },
  }),
  docs: {
    what: 'Nearly all units of a layer with ReLU are zero for every example.',
    why: 'Such a unit passes nothing on and gets no gradient. When a whole layer is dead, everything in front of it stops learning for good, and the output no longer depends on the input.',
    how: 'On sampled steps the probe counts the units (features, channels) of each ReLU that are zero for all examples of the batch. A layer counts when their share is at least `dead` at `measures` measured steps in a row, with at least `examples` examples in them. It is reported when all units are dead and all weights that run before it have a gradient of exactly zero, so that the layer does block the way; or, where some units live or the gradients are not measured, when the loss has not fallen after `patience` steps. Sparse layers of a network that learns, and dead ones that the gradient goes around, are left alone.',
    fix: [
      'Find what pushed the units below zero (a step that was too large, raw inputs, a negative bias), or use an activation that lets a little through:',
      '',
      '```python',
      '# before',
      'nn.init.constant_(layer.bias, -10.0)',
      'block = nn.Sequential(layer, nn.ReLU())',
      '# after',
      'nn.init.zeros_(layer.bias)',
      'block = nn.Sequential(layer, nn.LeakyReLU(0.01))',
      '```',
      '',
      '```js',
      '// before',
      "tf.layers.dense({ units: 64, activation: 'relu', biasInitializer: tf.initializers.constant({ value: -10 }) });",
      '// after',
      "tf.layers.dense({ units: 64, activation: 'elu' });",
      '```',
    ].join('\n'),
    wrong:
      'A branch that is switched off on purpose in a network whose loss stands still for another reason is named all the same.',
  },
});
