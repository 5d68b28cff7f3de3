import { type ExceptionSeen, type LoaderSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  kind: 'raised' | 'last' | 'always';
  examples: number | undefined;
  batchSize: number | undefined;
  source: SourceLine | undefined;
}

const thresholds = {
  steps: {
    default: 3,
    minimum: 1,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps of a single example each before that is said.',
    origin: 'A fact about the program; the first steps may be a trial.',
  },
};

const NORMALISATION = /^((Lazy)?BatchNorm\dd|BatchNormalization)$/;

/** Over one number for each feature; over images a single one has many. */
function normalisesFeatures({ layers }: RunFacts): boolean {
  const kinds = layers?.layers.map(({ kind }) => kind) ?? [];
  const normalises = kinds.some((kind) => /^(BatchNorm1d|BatchNormalization|LazyBatchNorm1d)$/.test(kind));
  return normalises && !kinds.some((kind) => /conv|lstm|gru|rnn/i.test(kind));
}

/** One label for the whole example: what normalising it by itself takes away is not in its other pixels either. */
function hasOneLabel({ losses: [loss] }: RunFacts): boolean {
  return loss?.classes !== undefined && loss.elements === 1;
}

/** Layers in evaluation mode, as in fine-tuning, use what they have learned before; they are not measured. */
function isInTraining({ activations }: RunFacts): boolean {
  return activations?.layers.some(({ kind }) => NORMALISATION.test(kind)) ?? false;
}

/** A training loader whose last batch has one example. */
function leavesOne({ role, batchSize, examples, dropLast }: LoaderSeen): boolean {
  if (role !== 'train' || batchSize === null || examples === undefined || dropLast !== false) return false;
  return batchSize > 1 && examples % batchSize === 1;
}

class BatchOfOneCheck implements Check<Evidence> {
  private singles = 0;
  private told = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly exception = ({ message, frames }: ExceptionSeen, facts: RunFacts): Evidence | undefined => {
    if (!/Expected more than 1 (value|spatial element)s? per channel when training/.test(message))
      return undefined;
    const loader = facts.loaders.find(leavesOne);
    return this.evidence('raised', facts.summary(SERIES.loss) ? this.latest + 1 : 0, loader, frames.at(-1));
  };

  private latest = -1;

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.latest = step.step;
    if (this.told) return undefined;
    const loader = facts.loaders.find(leavesOne);
    if (loader && normalisesFeatures(facts) && facts.hello?.framework !== 'tfjs') {
      return this.evidence('last', step.step, loader, undefined);
    }
    this.singles = step.scalar(SERIES.samples) === 1 ? this.singles + 1 : 0;
    const harms = isInTraining(facts) && (normalisesFeatures(facts) || hasOneLabel(facts));
    const always = this.singles >= this.limits.steps && harms;
    return always ? this.evidence('always', step.step, undefined, undefined) : undefined;
  };

  private evidence(
    kind: Evidence['kind'],
    step: number,
    loader: LoaderSeen | undefined,
    source: SourceLine | undefined,
  ): Evidence {
    this.told = true;
    const { examples, batchSize } = loader ?? {};
    return { step, kind, examples, batchSize: batchSize ?? undefined, source: loader?.source ?? source };
  }
}

function message({ kind, examples, batchSize }: Evidence): Text {
  if (kind === 'always') return text('Batch normalisation gets batches of a single example.');
  if (examples === undefined || batchSize === undefined)
    return text(
      'Batch normalisation got a batch with a single value for each feature, and has no deviation to divide by.',
    );
  return text(
    'Of {0} examples, batches of {1} leave a last batch of one, which batch normalisation refuses in training.',
    examples,
    batchSize,
  );
}

export const batchNormBatchOfOne = defineRule({
  id: 'batch-norm-batch-of-one',
  title: text('Batch of one example with batch normalisation'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: [],
  thresholds,
  check: (limits) => new BatchOfOneCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'Batch normalisation subtracts the mean of the batch. Of a single example nothing is left, whatever the example is; PyTorch raises an error at such a batch.',
    ),
    anchor: 'loader',
    series: null,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [
      { title: text('Drop the last batch where it is smaller (drop_last=True)'), safety: 'suggestion' },
      { title: text('Or choose another batch size, or layer normalisation'), safety: 'suggestion' },
    ],
    values: {
      kind: evidence.kind,
      ...(evidence.examples === undefined ? {} : { examples: evidence.examples }),
      ...(evidence.batchSize === undefined ? {} : { batchSize: evidence.batchSize }),
    },
  }),
  docs: {
    what: 'Batch normalisation over features gets, or will get at the end of the epoch, a batch of a single example.',
    why: 'The mean of one example is the example itself: all features become zero and nothing can be learned from it. PyTorch raises an error instead, often only at the last batch of the first epoch.',
    how: 'PyTorch’s error; or, before it comes, a training loader without `drop_last` whose number of examples leaves one over, together with a `BatchNorm1d` in a model without convolutions and recurrence; or `steps` steps of one example each through such a model, or through any with batch normalisation in training mode where the loss has one class for the example.',
    fix: [
      'Leave out the last batch, or use larger ones:',
      '',
      '```python',
      '# before: 1025 examples',
      'loader = DataLoader(train_set, batch_size=32, shuffle=True)',
      '# after',
      'loader = DataLoader(train_set, batch_size=32, shuffle=True, drop_last=True)',
      '```',
      '',
      '```js',
      '// before',
      'await model.fit(x, y, { batchSize: 1 });',
      '// after',
      'await model.fit(x, y, { batchSize: 32 });',
      '```',
    ].join('\n'),
    wrong: 'A loop that leaves out the small batch itself is told of a loader that would give it.',
  },
});
