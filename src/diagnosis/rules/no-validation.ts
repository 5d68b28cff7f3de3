import { SERIES } from '../../protocol/telemetry.js';
import { type Text, text } from '../../protocol/values.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  epochs: number;
  examples: number;
  weights: number;
}

const thresholds = {
  epochs: {
    default: 20,
    minimum: 1,
    maximum: 1e6,
    unit: 'epochs',
    description: 'Passes over the data before a validation is missed.',
    origin:
      'Early stopping by a validation set typically ends trainings of a large model within 20 (Prechelt 1998).',
  },
  steps: {
    default: 2000,
    minimum: 1,
    maximum: 1e9,
    unit: 'steps',
    description: 'Steps before a validation is missed.',
    origin: 'Shorter runs try something out; nobody waits for them.',
  },
  weights: {
    default: 10,
    minimum: 0.01,
    maximum: 1e9,
    unit: 'ratio',
    description: 'Weights of the model over examples of the training data.',
    origin:
      'Models with more weights than examples fit even random labels (Zhang et al. 2017, arXiv:1611.03530).',
  },
};

/** What scripts call the numbers that they compute on data held out. */
const HELD_OUT = /val|test|eval|dev/i;

class NoValidationCheck implements Check<Evidence> {
  private epochs = 0;
  private latest = 0;
  private reached = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (at: StepView): undefined => {
    this.latest = at.step;
    if (at.epoch !== undefined) this.epochs = Math.max(this.epochs, at.epoch + 1);
  };

  readonly bye = (_message: unknown, facts: RunFacts): Evidence | undefined => {
    const examples = facts.loaders.find(({ role }) => role === 'train')?.examples;
    const weights = weightsOf(facts);
    this.reached = true;
    if (examples === undefined || this.isValidated(facts) || hasSeveralObjectives(facts)) return undefined;
    if (this.epochs < this.limits.epochs || this.latest < this.limits.steps) return undefined;
    if (weights < this.limits.weights * examples) return undefined;
    return { step: this.latest, epochs: this.epochs, examples, weights };
  };

  readonly skipped = (): Text | undefined => (this.reached ? undefined : text('The run is not over yet.'));

  /** A second loader, or a metric by such a name, may be a validation that does not use a loss function. */
  private isValidated({ heard, loaders, series }: RunFacts): boolean {
    const metrics = [...series].filter((name) => name.startsWith(SERIES.metric));
    return heard.has('validation') || loaders.length > 1 || metrics.some((name) => HELD_OUT.test(name));
  }
}

function weightsOf({ parameters }: RunFacts): number {
  const trained = (parameters?.parameters ?? []).filter(({ optimizer }) => optimizer >= 0);
  return trained.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
}

export const noValidation = defineRule({
  id: 'no-validation',
  title: text('No validation'),
  status: 'stable',
  category: 'generalisation',
  severity: 'info',
  needs: ['loader'],
  thresholds,
  check: (limits) => new NoValidationCheck(limits),
  explain: ({ step, epochs, examples, weights }: Evidence) => ({
    severity: 'info',
    step,
    message: text(
      'A model of {0} weights saw {1} examples {2} times, and nothing held out was ever looked at.',
      weights,
      examples,
      epochs,
    ),
    explanation: text(
      'Such a model can learn its data by heart, and the training loss cannot tell whether it does. Hold out a part of the data and look at its loss once per epoch.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [
      {
        title: text('Hold out a tenth of the data and compute its loss once per epoch'),
        safety: 'suggestion',
      },
    ],
    values: { epochs, examples, weights },
  }),
  docs: {
    what: 'A large model was trained for long on few examples, and nothing was ever evaluated on data held out.',
    why: 'Without a validation nobody can tell whether the model generalises or has learned its data by heart.',
    how: 'At the end of a run of at least `steps` steps and `epochs` passes over a training loader whose data set has a known size, the model has `weights` times as many weights as there are examples, and there was no validation pass, no second data loader and no metric whose name speaks of validation, test or evaluation.',
    fix: [
      '```python',
      'train, held_out = torch.utils.data.random_split(data, [0.9, 0.1])',
      'for epoch in range(epochs):',
      '    train_one_epoch(model, train)',
      '    model.eval()',
      '    with torch.no_grad():',
      '        validation_loss = evaluate(model, held_out)',
      '    model.train()',
      '```',
      '',
      '```js',
      'await model.fit(x, y, { epochs: 50, validationSplit: 0.1 });',
      '```',
    ].join('\n'),
    wrong:
      'A model that is to represent its data and nothing else (compression, a neural field), or one that another program evaluates.',
  },
});
