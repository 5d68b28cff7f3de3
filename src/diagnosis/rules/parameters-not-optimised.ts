import { type ParametersSeen, SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import {
  areCopies,
  branchOf,
  isMatrix,
  isOwnVariable,
  isResumed,
  isTrainable,
  layersThatRan,
  ownerName,
  type Parameter,
  parametersOf,
  sizeOf,
  twins,
} from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  /** Layers whose weights no optimizer holds. */
  layers: readonly string[];
  elements: number;
  /** Elements of all weights that ran. */
  of: number;
}

const thresholds = {
  steps: {
    default: 3,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps before this is judged, for optimizers that are built later.',
    origin:
      'Scripts with several optimizers build them before the loop; each has stepped once or twice by then.',
  },
  share: {
    default: 0.01,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description: 'Least share of the weights that ran which no optimizer holds.',
    origin: 'A single scale or temperature that is kept fixed is a choice and no oversight.',
  },
};

function isForgotten(parameter: Parameter): boolean {
  return parameter.optimizer < 0 && isTrainable(parameter);
}

function forgotten(facts: RunFacts): { weights: Parameter[]; of: number } {
  const ran = new Set(layersThatRan(facts));
  const all = parametersOf(facts).filter(
    (one) => isMatrix(one) && (ran.has(one.layer) || isOwnVariable(one, facts)),
  );
  const copies = twins(parametersOf(facts));
  const weights = all.filter((one) => isForgotten(one) && !copies.has(branchOf(one)));
  const held = all.filter(({ optimizer }) => optimizer >= 0);
  const own = weights.filter((one) => isOwnVariable(one, facts));
  if (areCopies(own, held)) return { weights: [], of: 0 };
  return { weights, of: all.reduce((sum, { shape }) => sum + sizeOf(shape), 0) };
}

class NotOptimisedCheck implements Check<Evidence> {
  private found = false;
  /** The table of parameters that was judged last. */
  private judged: ParametersSeen | undefined;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.found || step.step < this.limits.steps || !facts.activations) return undefined;
    if (!facts.parameters || facts.parameters === this.judged) return undefined;
    // In PyTorch a later table may be that of a second training, whose layers were trained before.
    if (this.judged && facts.hello?.framework !== 'tfjs') return undefined;
    this.judged = facts.parameters;
    if (isResumed(facts)) return undefined;
    const { weights, of } = forgotten(facts);
    const elements = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (weights.length === 0 || elements < this.limits.share * of) return undefined;
    this.found = true;
    return {
      step: step.step,
      layers: [...new Set(weights.map((one) => ownerName(facts, one)))],
      elements,
      of,
    };
  };
}

export const parametersNotOptimised = defineRule({
  id: 'parameters-not-optimised',
  title: text('Parameters are missing from the optimizer'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new NotOptimisedCheck(limits),
  explain: ({ step, layers, elements, of }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'No optimizer holds the weights of {0} ({1} layers, {2} of {3} weights), although they take part in training and are not frozen.',
      layers.slice(0, 3).join(', '),
      layers.length,
      elements,
      of,
    ),
    explanation: text(
      'Gradients are computed for them and never used: these layers keep their random initial weights. Give the optimizer the parameters of the whole model, or freeze these layers if that is what you want.',
    ),
    anchor: 'optimizer',
    series: null,
    fixes: [
      { title: text('Build the optimizer from all parameters of the model'), safety: 'suggestion' },
      {
        title: text('Set requires_grad to False for layers that are not to be trained'),
        safety: 'suggestion',
      },
    ],
    values: { layers: layers.slice(0, 10).join(', '), elements, of },
  }),
  docs: {
    what: 'Layers that run in training and are not frozen are held by no optimizer.',
    why: 'They keep their random weights for the whole training, and nothing says so: the loss falls by what the other layers can do.',
    how: 'After `steps` steps the probe’s table of parameters is compared with the layers that ran with gradients enabled. Weights of two or more dimensions that require a gradient and that no optimizer holds are counted; at least `share` of all weights must be so. Models whose weights were loaded (a head on pretrained features), layers that run under no_grad(), frozen ones, and branches built like another one (target networks, moving averages) are left alone.',
    fix: [
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.Adam(model.head.parameters(), lr=1e-3)',
      '# after',
      'optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)',
      '```',
      '',
      '```js',
      '// before: only the head’s variables',
      'optimizer.minimize(loss, false, head.trainableWeights.map((w) => w.read()));',
      '// after: all trainable variables',
      'optimizer.minimize(loss);',
      '```',
    ]
      .join('\n')
      .trimStart(),
    wrong:
      'A random feature extractor that is meant to stay as it is: freeze it, or run it under no_grad(), and it is left alone.',
  },
});
