import type { Batch } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { measured } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  examples: number;
  /** The one number they consist of, where it is one. */
  value: number | undefined;
}

const thresholds = {
  examples: {
    default: 4,
    minimum: 2,
    maximum: 10000,
    unit: 'examples',
    description: 'Examples that a batch must have.',
    origin: 'Fewer may be alike by chance in data with few values.',
  },
};

class ConstantInputCheck implements Check<Evidence> {
  private looked = false;
  private found = false;
  /** Found in a script without a loader, whose line is told with the loss. */
  private waiting: Evidence | undefined;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly batch = ({ step, tensors }: Batch, facts: RunFacts): Evidence | undefined => {
    const inputs = tensors.filter(({ name }) => !/target|label/i.test(name));
    const [input] = inputs;
    // With several inputs, one that is always the same may be a mask.
    if (!input || inputs.length > 1 || this.found) return undefined;
    const examples = input.shape.length > 1 ? (input.shape[0] ?? 0) : 0;
    const [low, high] = [measured(input.min), measured(input.max)];
    if (input.constant === undefined && !(low === high)) return undefined;
    this.looked = true;
    const same = input.constant === 1 || low === high;
    if (!same || examples < this.limits.examples) return undefined;
    this.found = true;
    const evidence = { step, examples, value: low === high ? low : undefined };
    if (facts.loaders.length > 0 || facts.losses.length > 0) return evidence;
    this.waiting = evidence;
    return undefined;
  };

  readonly step = (): Evidence | undefined => {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  };

  readonly skipped = (): Text | undefined =>
    this.looked ? undefined : text('No batch of a single input has been compared with itself.');
}

export const constantInput = defineRule({
  id: 'constant-input',
  title: text('All inputs are the same'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: ['batch'],
  thresholds,
  check: (limits) => new ConstantInputCheck(limits),
  explain: ({ step, examples, value }: Evidence) => ({
    severity: 'error',
    step,
    message:
      value === undefined
        ? text('All {0} examples of the batch are the same.', examples)
        : text('Every number of the inputs of this batch of {0} examples is {1}.', examples, readable(value)),
    explanation: text(
      'The model cannot tell the examples apart, and can only learn the mean of the targets. An index that is not used, a division of integers, or a normalisation by the wrong numbers are the usual reasons.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [
      { title: text('Look at a few inputs just before they go into the model'), safety: 'suggestion' },
      { title: text('Check that the data set uses the index that it is given'), safety: 'suggestion' },
    ],
    values: { examples, ...(value === undefined ? {} : { value }) },
  }),
  docs: {
    what: 'All examples of a batch are equal, or all their numbers are.',
    why: 'Inputs that are all the same say nothing about the targets: the best a model can learn is their mean.',
    how: 'The first batch, and then about one a second, is looked at. Every feature has the same value for all of its `examples` or more examples. Some features that are the same, like the margins of images, are normal and not reported. Batches with several inputs, of which one may be a mask, are not judged.',
    fix: [
      'Use the index, and divide as floating-point numbers:',
      '',
      '```python',
      '# before: integer division makes every pixel 0',
      'x = images // 255',
      '# after',
      'x = images / 255',
      '```',
      '',
      '```js',
      '// before: the same row for every index',
      'const rows = indices.map(() => data[0]);',
      '// after',
      'const rows = indices.map((i) => data[i]);',
      '```',
    ].join('\n'),
    wrong: 'A model that is fed a constant on purpose, as a generator with learned input.',
  },
});
