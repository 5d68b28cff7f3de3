import { type ParametersSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { LossTrend } from '../lossTrend.js';
import {
  branchOf,
  isMatrix,
  isResumed,
  isTrainable,
  layerLine,
  layerOf,
  layersThatRan,
  ownerName,
  type Parameter,
  parametersOf,
  sizeOf,
  twins,
} from '../parameterTable.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { initialWeight } from '../weightScale.js';

interface Evidence {
  step: number;
  layers: readonly string[];
  elements: number;
  of: number;
  /** Whether an optimizer holds them. */
  held: boolean;
  source: SourceLine | undefined;
}

const thresholds = {
  steps: {
    default: 3,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps before frozen layers that an optimizer holds are reported.',
    origin: 'Which layers run is measured in the first three steps.',
  },
  patience: {
    default: 50,
    minimum: 20,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps after which the loss should have fallen, for frozen layers that no optimizer holds.',
    origin: 'A head on random features learns something within as many steps, unless it is not enough.',
  },
};

/** Fewest elements of which a standard deviation tells an initialisation from training. */
const ENOUGH = 256;
/** Standard errors, of a normal distribution’s standard deviation, by which a fresh weight may be off. */
const TOLERANCE = 4;

function isSmall({ shape }: Parameter): boolean {
  return sizeOf(shape) < ENOUGH;
}

/** Whether the weights are spread as one of the usual schemes leaves them, which training changes. */
function isFresh(parameter: Parameter, facts: RunFacts): boolean {
  const weight = initialWeight(parameter, facts);
  if (!weight || isSmall(parameter)) return false;
  const { std, inputs, outputs } = weight;
  const receptive = sizeOf(parameter.shape.slice(2));
  const schemes = [1 / (3 * inputs), 2 / inputs, 1 / inputs, 2 / (inputs + outputs * receptive)];
  const tolerance = TOLERANCE / Math.sqrt(2 * sizeOf(parameter.shape));
  return schemes.some((variance) => Math.abs(std / Math.sqrt(variance) - 1) < tolerance);
}

class FrozenCheck implements Check<Evidence> {
  private readonly trend = new LossTrend();
  /** Parameters that were frozen when the first step was taken. */
  private readonly frozen = new Set<string>();
  private stepped = false;
  private over = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly parameters = ({ parameters }: ParametersSeen): undefined => {
    if (this.stepped) return;
    for (const one of parameters) if (!isTrainable(one)) this.frozen.add(one.name);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.stepped = true;
    this.trend.add(step, facts);
    if (this.over || this.frozen.size === 0 || step.step < this.limits.steps) return undefined;
    if (!facts.activations || isResumed(facts)) return undefined;
    const stalled = this.trend.stalled(this.limits.patience);
    const weights = this.suspects(facts).filter(({ optimizer }) => optimizer >= 0 || stalled);
    const [first] = weights;
    if (!first || !weights.some((one) => isFresh(one, facts))) return undefined;
    this.over = true;
    return {
      step: step.step,
      layers: [...new Set(weights.map((one) => ownerName(facts, one)))],
      elements: total(weights),
      of: total(parametersOf(facts).filter(isMatrix)),
      held: first.optimizer >= 0,
      source: layerLine(facts, first.layer),
    };
  };

  private suspects(facts: RunFacts): Parameter[] {
    const ran = new Set(layersThatRan(facts));
    const copies = twins(parametersOf(facts));
    return parametersOf(facts).filter(
      (one) =>
        !isTrainable(one) &&
        this.frozen.has(one.name) &&
        isMatrix(one) &&
        ran.has(one.layer) &&
        !/embedding/i.test(layerOf(facts, one.layer)?.kind ?? '') &&
        !copies.has(branchOf(one)) &&
        (isSmall(one) || isFresh(one, facts)),
    );
  }
}

function total(weights: readonly Parameter[]): number {
  return weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

export const frozenParameters = defineRule({
  id: 'frozen-parameters',
  title: text('Fresh layers are frozen'),
  status: 'stable',
  category: 'weights',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new FrozenCheck(limits),
  explain: ({ step, layers, elements, of, held, source }: Evidence) => ({
    severity: 'warning',
    step,
    message: held
      ? text(
          'The optimizer was given {0} ({1} layers, {2} of {3} weights), which is frozen with the random weights it began with.',
          layers.slice(0, 3).join(', '),
          layers.length,
          elements,
          of,
        )
      : text(
          'Frozen with the random weights it began with is {0} ({1} layers, {2} of {3} weights), and the loss has not fallen.',
          layers.slice(0, 3).join(', '),
          layers.length,
          elements,
          of,
        ),
    explanation: text(
      'Freezing is for weights that were learned before. These are as an initialisation leaves them, no state was loaded, and they will not change. Unfreeze the layers, or load the weights first.',
    ),
    anchor: 'layer',
    series: null,
    ...(source ? { source } : {}),
    fixes: [
      { title: text('Set requires_grad to True for layers that are to be trained'), safety: 'suggestion' },
      { title: text('Load the pretrained weights before freezing'), safety: 'suggestion' },
    ],
    values: { layers: layers.slice(0, 10).join(', '), elements, of },
  }),
  docs: {
    what: 'Layers that were initialised at random and never trained are frozen (`requires_grad=False`, `trainable: false`).',
    why: 'They stay random for the whole training. The rest of the model has to make do with what they pass on.',
    how: 'At the first step the layers that run and are frozen are looked at, embeddings and branches built like another one left out. A weight counts as fresh when no state was loaded into the model and its standard deviation is that of PyTorch’s default, He’s, LeCun’s or Glorot’s initialisation within four standard errors; smaller ones than 256 elements are taken to be what the others are. Such layers are reported when an optimizer holds them, which means that they were to be trained; or, when none does, if the loss has not fallen after `patience` steps. Layers that are frozen later in a run were trained before and are left alone.',
    fix: [
      '',
      '```python',
      '# before: freezes the new head as well',
      'model.head = nn.Linear(512, 10)',
      'for parameter in model.parameters():',
      '    parameter.requires_grad = False',
      '# after',
      'for parameter in model.parameters():',
      '    parameter.requires_grad = False',
      'model.head = nn.Linear(512, 10)',
      '```',
      '',
      '```js',
      '// before: freezes the new head as well',
      'for (const layer of model.layers) layer.trainable = false;',
      '// after',
      'for (const layer of model.layers.slice(0, -1)) layer.trainable = false;',
      '```',
    ]
      .join('\n')
      .trimStart(),
    wrong:
      'Random features that are frozen on purpose while the optimizer is given all parameters: give it the trainable ones only.',
  },
});
