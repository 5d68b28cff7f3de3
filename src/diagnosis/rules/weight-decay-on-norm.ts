import { type ParameterMeasures, type ParametersSeen, SERIES } from '../../protocol/telemetry.js';
import { decodeFloat32, type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  parameter: string;
  weightDecay: number;
  first: number;
  now: number;
  source: SourceLine | undefined;
}

interface Limits {
  readonly weightDecay: number;
  readonly shrinkage: number;
}

class WeightDecayOnNormCheck implements Check<Evidence> {
  private first = new Map<string, number>();
  private readonly found = new Set<string>();

  constructor(private readonly limits: Limits) {}

  readonly parameterMeasures = (measures: ParameterMeasures, facts: RunFacts): Evidence | undefined => {
    const { parameters, layers } = facts;
    if (!measures.weightNorm || !parameters || !layers || this.found.size > 0) return undefined;
    const norms = decodeFloat32(measures.weightNorm);
    for (const [i, parameter] of parameters.parameters.entries()) {
      const now = norms[i];
      const kind = layers.layers[parameter.layer]?.kind ?? '';
      if (now === undefined || !(now > 0) || !isScale(kind, parameter)) continue;
      const evidence = this.judge(parameter, now, measures.step, facts);
      if (evidence) return evidence;
    }
    return undefined;
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    facts.optimizers.some((optimizer) => decayOf(optimizer.groups) > 0)
      ? undefined
      : text('No optimizer decays its weights.');

  private judge(
    { name, optimizer: id }: ParametersSeen['parameters'][number],
    now: number,
    step: number,
    facts: RunFacts,
  ): Evidence | undefined {
    const first = this.first.get(name) ?? now;
    this.first.set(name, first);
    const optimizer = facts.optimizers.find((one) => one.id === id);
    // With several groups it is not known which one holds the parameter: they are how decay is kept off norms.
    if (!optimizer || optimizer.groups.length > 1) return undefined;
    const weightDecay = decayOf(optimizer.groups);
    if (weightDecay < this.limits.weightDecay || now > this.limits.shrinkage * first) return undefined;
    this.found.add(name);
    return { step, parameter: name, weightDecay, first, now, source: optimizer.source };
  }
}

function isScale(kind: string, { name, shape }: ParametersSeen['parameters'][number]): boolean {
  return /norm/i.test(kind) && shape.length === 1 && /weight|gamma|scale/.test(name);
}

function decayOf(groups: readonly { options: Record<string, unknown> }[]): number {
  const decays = groups.map(({ options }) => options['weight_decay']);
  return Math.max(0, ...decays.filter((decay) => typeof decay === 'number'));
}

export const weightDecayOnNorm = defineRule({
  id: 'weight-decay-on-norm',
  title: text('Weight decay shrinks normalisation layers'),
  status: 'stable',
  category: 'optimisation',
  severity: 'hint',
  needs: [SERIES.weightNorm],
  thresholds: {
    weightDecay: {
      default: 0.05,
      minimum: 0,
      maximum: 10,
      unit: '1',
      description: 'Weight decay from which on it is looked for.',
      origin:
        'Below the default of AdamW (0.01) and of SGD recipes (1e-4) nothing is seen within a training.',
    },
    shrinkage: {
      default: 0.7,
      minimum: 0,
      maximum: 1,
      unit: 'ratio',
      description: 'Norm of a layer’s scale over its first norm at which it is reported.',
      origin:
        'Scales start at 1 and move by a few hundredths in healthy training; recipes exempt them from decay (arXiv:1812.01187, section 3.1).',
    },
  },
  check: (limits) => new WeightDecayOnNormCheck(limits),
  explain: ({ step, parameter, weightDecay, first, now, source }: Evidence) => ({
    severity: 'hint',
    step,
    message: text(
      'The scale {0} of a normalisation layer shrank from {1} to {2} under a weight decay of {3}.',
      parameter,
      readable(first),
      readable(now),
      readable(weightDecay),
    ),
    explanation: text(
      'A normalisation layer’s scale and all biases have no part in overfitting; decaying them makes the signal smaller from layer to layer. Put them into a parameter group without decay.',
    ),
    anchor: 'optimizer',
    series: null,
    ...(source && { source }),
    fixes: [
      {
        title: text('Put biases and normalisation layers into a group with weight_decay=0'),
        safety: 'suggestion',
      },
    ],
    values: { parameter, weightDecay, first, now },
  }),
  docs: {
    what: 'Weight decay is applied to the scale of a normalisation layer and has shrunk it visibly.',
    why: 'Decay keeps weight matrices from growing. On the scale of a batch or layer normalisation it only makes the layer’s output smaller, at last to nothing.',
    how: 'For an optimizer with a single parameter group and a `weight_decay` of at least `weightDecay`, the norm of every one-dimensional scale of a normalisation layer is compared with its first norm. It is reported when it falls below `shrinkage` times that.',
    fix: [
      '```python',
      '# before',
      'optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.1)',
      '# after',
      'decayed = [p for p in model.parameters() if p.dim() > 1]',
      'others = [p for p in model.parameters() if p.dim() <= 1]',
      'optimizer = torch.optim.AdamW(',
      '    [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]',
      ')',
      '```',
      '',
      '```js',
      '// before: every variable is decayed',
      'for (const { val } of model.trainableWeights) decay(val);',
      '// after',
      'for (const { val } of model.trainableWeights) if (val.rank > 1) decay(val);',
      '```',
    ].join('\n'),
    wrong:
      'A scale may shrink because the task asks for it. With several parameter groups the rule does not judge.',
  },
});
