import { type OptimizerSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  name: string;
  weightDecay: number;
  source: SourceLine | undefined;
}

interface Limits {
  readonly weightDecay: number;
}

/** Adaptive optimizers of torch.optim that add the decay to the gradient unless told otherwise. */
const COUPLED = new Set(['Adam', 'NAdam', 'RAdam', 'Adamax']);

function coupledDecay({ name, groups }: OptimizerSeen): number {
  if (!COUPLED.has(name)) return 0;
  const decays = groups
    .filter(({ options }) => options['decoupled_weight_decay'] !== true)
    .map(({ options }) => options['weight_decay']);
  return Math.max(0, ...decays.filter((decay) => typeof decay === 'number'));
}

class AdamWithL2Check implements Check<Evidence> {
  private readonly told = new Set<number>();

  constructor(private readonly limits: Limits) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const found = facts.optimizers.find(
      (optimizer) => !this.told.has(optimizer.id) && coupledDecay(optimizer) >= this.limits.weightDecay,
    );
    if (!found) return undefined;
    this.told.add(found.id);
    return { step: step.step, name: found.name, weightDecay: coupledDecay(found), source: found.source };
  };

  readonly skipped = ({ optimizers }: RunFacts): Text | undefined =>
    optimizers.some(({ name }) => COUPLED.has(name)) ? undefined : text('No Adam-like optimizer was seen.');
}

export const adamWithL2 = defineRule({
  id: 'adam-with-l2',
  title: text('Adam with L2 regularisation where AdamW is meant'),
  status: 'stable',
  category: 'optimisation',
  severity: 'hint',
  needs: [SERIES.loss],
  thresholds: {
    weightDecay: {
      default: 0.01,
      minimum: 0,
      maximum: 1,
      unit: '1',
      description: 'Weight decay from which on decoupled decay is taken to be meant.',
      origin:
        'The default of torch.optim.AdamW is 0.01; values for the L2 term of Adam are 1e-5 to 1e-3. Decoupled weight decay: arXiv:1711.05101.',
    },
  },
  check: (limits) => new AdamWithL2Check(limits),
  explain: ({ step, name, weightDecay, source }: Evidence) => ({
    severity: 'hint',
    step,
    message: text(
      '{0} has a weight decay of {1}, which it adds to the gradient.',
      name,
      readable(weightDecay),
    ),
    explanation: text(
      'Adam divides the gradient by its own size, the decay in it as well: weights with large gradients are hardly decayed, others far more than the number says. AdamW applies the decay to the weights themselves.',
    ),
    anchor: 'optimizer',
    series: null,
    ...(source && { source }),
    fixes: [{ title: text('Use AdamW'), safety: 'suggestion' }],
    values: { optimizer: name, weightDecay },
  }),
  docs: {
    what: 'An Adam-like optimizer has a weight decay of the size that is usual for AdamW, and adds it to the gradient (L2 regularisation).',
    why: 'Under adaptive learning rates an L2 term in the gradient is no weight decay: it is divided by the gradient’s own running size. Models regularised this way generalise worse than with decoupled decay (Loshchilov and Hutter, arXiv:1711.05101).',
    how: 'The options of every `Adam`, `NAdam`, `RAdam` and `Adamax` are read at the first step. A `weight_decay` of at least `weightDecay` without `decoupled_weight_decay` is reported.',
    fix: [
      '```python',
      '# before',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.01)',
      '# after',
      'optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)',
      '```',
      '',
      'TensorFlow.js has no weight decay in its optimizers; decay the weights after the step:',
      '',
      '```js',
      '// before: an L2 term in the loss of an Adam optimizer',
      'const loss = () => crossEntropy().add(tf.mul(0.01, weights.square().sum()));',
      '// after',
      'optimizer.minimize(() => crossEntropy());',
      'weights.assign(weights.mul(1 - 0.01 * learningRate));',
      '```',
    ].join('\n'),
    wrong:
      'A strong L2 term may be meant as one. Set the rule to `off`, or ignore it on the line of the optimizer.',
  },
});
