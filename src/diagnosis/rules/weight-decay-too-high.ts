import { type OptimizerSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  name: string;
  weightDecay: number;
  learningRate: number;
  /** Part of each weight that a step takes away. */
  shrink: number;
  source: SourceLine | undefined;
}

interface Limits {
  readonly shrink: number;
  readonly steps: number;
}

/** Optimizers that take `lr * weight_decay` of a weight away at each step. */
const PROPORTIONAL = /^(SGD|AdamW|Lion|Muon|SGDW|NAdamW|AdaBelief|Adan)$/i;

function option(options: OptimizerSeen['groups'][number]['options'], name: string): number {
  const value = options[name];
  return typeof value === 'number' ? value : 0;
}

/** The group that loses most at each step. */
function strongest({ id, name, groups, source }: OptimizerSeen, facts: RunFacts): Omit<Evidence, 'step'> {
  const of = groups.map(({ options }, group) => {
    const series = `${SERIES.learningRate}/${id === 0 ? group : `${id}.${group}`}`;
    const learningRate = facts.summary(series)?.last ?? option(options, 'lr');
    const weightDecay = option(options, 'weight_decay');
    // Momentum adds the decay of the steps before.
    const lasting = 1 / (1 - Math.min(option(options, 'momentum'), 0.999));
    return { name, weightDecay, learningRate, shrink: learningRate * weightDecay * lasting, source };
  });
  return of.reduce((most, one) => (one.shrink > most.shrink ? one : most), {
    ...{ name, weightDecay: 0, learningRate: 0, shrink: 0, source },
  });
}

class WeightDecayTooHighCheck implements Check<Evidence> {
  private readonly told = new Set<number>();

  constructor(private readonly limits: Limits) {}

  readonly step = ({ step }: StepView, facts: RunFacts): Evidence | undefined => {
    if (step + 1 < this.limits.steps) return undefined;
    for (const optimizer of facts.optimizers) {
      if (this.told.has(optimizer.id) || !PROPORTIONAL.test(optimizer.name)) continue;
      const found = strongest(optimizer, facts);
      if (found.shrink < this.limits.shrink) continue;
      this.told.add(optimizer.id);
      return { step, ...found };
    }
    return undefined;
  };

  readonly skipped = ({ optimizers }: RunFacts): Text | undefined =>
    optimizers.some(({ name }) => PROPORTIONAL.test(name))
      ? undefined
      : text('No optimizer was seen whose weight decay is a share of the weights.');
}

export const weightDecayTooHigh = defineRule({
  id: 'weight-decay-too-high',
  title: text('Weight decay too high'),
  status: 'stable',
  category: 'optimisation',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    shrink: {
      default: 0.08,
      minimum: 1e-6,
      maximum: 1,
      unit: 'ratio',
      description: 'Share of each weight that weight decay takes away at a step.',
      origin:
        'Learning rate times decay is 5e-5 for image networks (arXiv:1512.03385), 1e-4 for transformers (arXiv:2005.14165), with momentum 1e-2 at most in races for speed (arXiv:2404.00498). With batch normalisation, where only the direction of weights counts, networks still learn at 0.05 (test/corpus). At 0.08 half a weight is gone after 8 steps.',
    },
    steps: {
      default: 5,
      minimum: 1,
      maximum: 1e6,
      unit: 'steps',
      description: 'Steps before this is judged.',
      origin: 'A schedule may set another learning rate at the first steps.',
    },
  },
  check: (limits) => new WeightDecayTooHighCheck(limits),
  explain: ({ step, name, weightDecay, learningRate, shrink, source }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The weight decay of {0} is too high: {1} at a learning rate of {2} takes {3} % of each weight away at every step.',
      name,
      readable(weightDecay),
      readable(learningRate),
      readable(100 * shrink),
    ),
    explanation: text(
      'What the gradient builds up is forgotten within a few steps. The weights stay near zero, and the model answers about the same to everything.',
    ),
    anchor: 'optimizer',
    series: null,
    ...(source && { source }),
    fixes: [
      { title: text('Begin with a weight decay of 0.01 for AdamW, or 5e-4 for SGD'), safety: 'suggestion' },
    ],
    values: { weightDecay, learningRate, shrink },
  }),
  docs: {
    what: 'Weight decay takes such a share of every weight away at each step that nothing can be kept.',
    why: 'The loss stalls above what the model could reach, in training as in validation, which looks like a model that is too small.',
    how: 'Of optimizers whose decay is a share of the weights (SGD, AdamW, Lion, Muon and their kin) the learning rate times `weight_decay`, over one minus the momentum of SGD, is compared with `shrink` after `steps` steps. Where Adam has the decay in its gradient the share is not known, and it is not judged.',
    fix: [
      '```python',
      '# before',
      'optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=100)',
      '# after',
      'optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)',
      '```',
      '',
      'TensorFlow.js has no weight decay in its optimizers; a penalty takes its place:',
      '',
      '```js',
      '// before',
      'const layer = tf.layers.dense({ units: 64, kernelRegularizer: tf.regularizers.l2({ l2: 10 }) });',
      '// after',
      'const layer = tf.layers.dense({ units: 64, kernelRegularizer: tf.regularizers.l2({ l2: 1e-4 }) });',
      '```',
    ].join('\n'),
    wrong: 'Weights that are meant to be a short memory of the last gradients.',
  },
});
