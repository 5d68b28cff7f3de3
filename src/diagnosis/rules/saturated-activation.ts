import type { ActivationMeasures } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { LossTrend } from '../lossTrend.js';
import { isMatrix, layerOf, parametersOf } from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

type Entry = ActivationMeasures['layers'][number];

interface Saturation {
  name: string;
  kind: string;
  source: SourceLine | undefined;
  share: number;
  measures: number;
  since: number;
  /** Whether it was so at every measure, by the higher limit, and is no gate. */
  fromTheStart: boolean;
}

interface Evidence extends Saturation {
  step: number;
}

const thresholds = {
  initial: {
    default: 0.9,
    minimum: 0.1,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of a hidden layer’s outputs in the flat part from the first measured step on.',
    origin:
      'Inputs to tanh of variance one leave 1 % beyond 0.99 (Glorot and Bengio, AISTATS 2010, describe saturation); 90 % need inputs of a standard deviation of 20.',
  },
  later: {
    default: 0.8,
    minimum: 0.1,
    maximum: 1,
    unit: 'ratio',
    description: 'The same at any time, when the loss has not fallen.',
    origin:
      'Four of five outputs let no gradient through; trained recurrent networks have a third or less so.',
  },
  measures: {
    default: 3,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Measured steps in a row.',
    origin: 'Each looks at another batch.',
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

class SaturatedCheck implements Check<Evidence> {
  private readonly known = new Map<string, Saturation>();
  private readonly trend = new LossTrend();
  private first = true;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly activations = (seen: ActivationMeasures, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    seen.layers.forEach((entry, place) => {
      if (entry.saturated !== undefined && isHidden(seen, place, facts))
        this.look(entry, place, seen.step, facts);
    });
    this.first = false;
    return this.verdict(seen.step, ({ fromTheStart }) => fromTheStart);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.trend.add(step, facts);
    if (this.found || this.known.size === 0 || !this.trend.stalled(this.limits.patience)) return undefined;
    return this.verdict(step.step, () => true);
  };

  private look(entry: Entry, place: number, step: number, facts: RunFacts): void {
    const key = entry.layer >= 0 ? String(entry.layer) : `${entry.kind}:${place}`;
    const share = entry.saturated ?? 0;
    if (share < this.limits.later) {
      this.known.delete(key);
      return;
    }
    const before = this.known.get(key);
    const high = share >= this.limits.initial && !isGate(entry);
    this.known.set(key, {
      name: layerOf(facts, entry.layer)?.name ?? entry.kind,
      kind: entry.kind,
      source: entry.source ?? layerOf(facts, entry.layer)?.source,
      share,
      measures: (before?.measures ?? 0) + 1,
      since: before?.since ?? step,
      fromTheStart: high && (before?.fromTheStart ?? this.first),
    });
  }

  private verdict(step: number, counts: (one: Saturation) => boolean): Evidence | undefined {
    const one = [...this.known.values()].find(
      (each) => each.measures >= this.limits.measures && counts(each),
    );
    if (!one) return undefined;
    this.found = true;
    return { ...one, step };
  }
}

/** A sigmoid called as a function is often a gate, which may well be open or shut. */
function isGate({ layer, kind }: Entry): boolean {
  return layer < 0 && /sigmoid/i.test(kind);
}

/** Between two layers with weights of the same optimizer, or of the former itself, as in TensorFlow.js: a generator’s last tanh is no hidden one. */
function isHidden(seen: ActivationMeasures, place: number, facts: RunFacts): boolean {
  const owner = new Map(
    parametersOf(facts)
      .filter(isMatrix)
      .map(({ layer, optimizer }) => [layer, optimizer] as const),
  );
  const before = seen.layers.slice(0, place + 1).findLast(({ layer }) => owner.has(layer));
  const after = seen.layers.slice(place + 1).find(({ layer }) => owner.has(layer));
  return before !== undefined && after !== undefined && owner.get(before.layer) === owner.get(after.layer);
}

export const saturatedActivation = defineRule({
  id: 'saturated-activation',
  title: text('Hidden units are saturated'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [],
  thresholds,
  check: (limits) => new SaturatedCheck(limits),
  explain: ({ step, name, kind, source, share, measures, since }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'Of what {1} puts out, {0} % is in the flat part of {2} since step {3}.',
      Math.round(share * 100),
      name,
      kind,
      since,
    ),
    explanation: text(
      'Where tanh or sigmoid is flat its slope is nearly zero: hardly any gradient reaches the layers in front. Inputs that are not normalised and initial weights that are too large are the usual reasons.',
    ),
    anchor: 'layer',
    series: null,
    ...(source ? { source } : {}),
    fixes: [
      { title: text('Normalise the inputs to zero mean and unit variance'), safety: 'suggestion' },
      { title: text('Initialise with Glorot’s scheme'), safety: 'suggestion' },
      { title: text('Add batch or layer normalisation in front of the activation'), safety: 'suggestion' },
    ],
    values: { layer: name, kind, share, measures, since },
  }),
  docs: {
    what: 'Nearly all outputs of a hidden tanh or sigmoid are at the ends of its range.',
    why: 'There the slope is nearly zero, so the gradient vanishes on its way to the layers in front: they stay as they are.',
    how: 'On sampled steps the probe counts outputs with |tanh| > 0.99, or with a sigmoid below 0.01 or above 0.99. A hidden activation (between two layers with weights of the same optimizer) is reported when the share is at least `initial` at the first `measures` measured steps, or at least `later` at `measures` in a row while the loss has not fallen after `patience` steps. The last activation of a model, and sigmoids called as functions (gates) at the start, are left alone; what happens inside of LSTM layers is not seen.',
    fix: [
      'Bring the numbers in front of the activation back to about -2 to 2:',
      '',
      '```python',
      '# before',
      'nn.init.normal_(layer.weight, std=1.0)',
      '# after',
      "nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain('tanh'))",
      '```',
      '',
      '```js',
      '// before',
      "tf.layers.dense({ units: 64, activation: 'tanh', kernelInitializer: tf.initializers.randomNormal({ stddev: 1 }) });",
      '// after',
      "tf.layers.dense({ units: 64, activation: 'tanh', kernelInitializer: 'glorotUniform' });",
      '```',
    ].join('\n'),
    wrong: 'Networks whose hidden units are meant to be binary codes.',
  },
});
