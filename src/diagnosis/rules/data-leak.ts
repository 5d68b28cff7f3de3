import type { DataOverlap } from '../../protocol/telemetry.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';
import { text } from '../../protocol/values.js';

interface Evidence extends DataOverlap {
  /** Share of the validation examples that are in the training data. */
  share: number;
  /** Share of the training examples that equal another one: what repetition in the data alone would give. */
  natural: number;
}

const thresholds = {
  share: {
    default: 0.05,
    minimum: 0.001,
    maximum: 1,
    unit: 'ratio',
    description:
      'Share of the validation examples that are in the training data, beyond the share of training examples that repeat.',
    origin:
      'Public data sets hold up to 3.3 % near-duplicates between test and training (CIFAR-10, arXiv:1902.00423), fewer exact ones.',
  },
  shared: {
    default: 10,
    minimum: 1,
    maximum: 1e6,
    unit: 'examples',
    description: 'Validation examples that must be shared at least.',
    origin: 'A few equal examples may be chance in small or discrete data.',
  },
};

/** Standard errors of a share that the excess must be beyond. */
const DEVIATIONS = 4;

function evidenceOf(overlap: DataOverlap, limits: Limits<typeof thresholds>): Evidence | undefined {
  const { compared, shared, training, repeated } = overlap;
  if (compared === 0 || training === 0 || shared < limits.shared) return undefined;
  const share = shared / compared;
  const natural = repeated / training;
  const error = Math.sqrt((natural * (1 - natural)) / compared + (natural * (1 - natural)) / training);
  if (share - natural < limits.share + DEVIATIONS * error) return undefined;
  return { ...overlap, share, natural };
}

/** Looking at how well the training data itself is learned, all of it, is no validation that went wrong. */
function isLookAtTraining({ compared, shared, training }: DataOverlap, facts: RunFacts): boolean {
  const all = shared >= 0.99 * compared && compared >= 0.9 * training;
  return all && !facts.loaders.some(({ role }) => role === 'validation');
}

export const dataLeak = defineRule({
  id: 'data-leak',
  title: text('Validation data in the training data'),
  status: 'stable',
  category: 'generalisation',
  severity: 'warning',
  needs: ['overlap'],
  thresholds,
  check: (limits): Check<Evidence> => ({
    overlap: (overlap, facts) => (isLookAtTraining(overlap, facts) ? undefined : evidenceOf(overlap, limits)),
  }),
  explain: ({ step, compared, shared, natural, share, source }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The training data holds {0} of {1} validation examples as well ({2} %).',
      shared,
      compared,
      Math.round(100 * share),
    ),
    explanation: text(
      'The validation tells how well the model remembers, not how well it generalises: {0} % of the training examples repeat by themselves. Split before augmenting or oversampling, and by group where examples belong together.',
      Number((100 * natural).toPrecision(2)),
    ),
    anchor: 'validation',
    series: null,
    ...(source && { source }),
    fixes: [
      {
        title: text('Split the data once, without overlap, before anything else is done to it'),
        safety: 'suggestion',
      },
    ],
    values: { compared, shared, share, natural },
  }),
  docs: {
    what: 'Examples of the validation data are also in the training data.',
    why: 'The validation loss looks better than the model is, early stopping and every choice made by it are misled, and overfitting stays hidden.',
    how: 'Fingerprints of training examples are compared with those of the first validation passes. The share of validation examples found in the training data must exceed the share of training examples that equal another training example by `share` and by four standard errors, and at least `shared` examples must be concerned: discrete data repeats by itself. A pass over all of the training data, where no loader is used for validation, is a look at the training and not judged.',
    fix: [
      '```python',
      '# before',
      'train, validation = data, data[:1000]',
      '# after',
      'train, validation = torch.utils.data.random_split(data, [len(data) - 1000, 1000])',
      '```',
      '',
      '```js',
      '// before',
      'await model.fit(x, y, { validationData: [x.slice(0, 1000), y.slice(0, 1000)] });',
      '// after',
      'await model.fit(x, y, { validationSplit: 0.1 });',
      '```',
    ].join('\n'),
    wrong:
      'Data of few distinct examples (a table of games, short strings) whose training part repeats less than its validation part.',
  },
});
