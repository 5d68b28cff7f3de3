import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  steps: number;
  batches: number;
}

const thresholds = {
  steps: {
    default: 3,
    minimum: 2,
    maximum: 1e6,
    unit: 'steps',
    description: 'Steps in a row that a loader was asked for a batch and gave the same one.',
    origin: 'Two different batches have the same fingerprint once in billions of times.',
  },
};

function batchesOfTraining({ loaders }: RunFacts): number {
  return loaders.find(({ role }) => role === 'train')?.batches ?? 0;
}

class RepeatedBatchesCheck implements Check<Evidence> {
  private last: number | undefined;
  private repeats = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const fingerprint = step.scalar(SERIES.batchFingerprint);
    if (fingerprint === undefined) return undefined;
    // A batch that was fetched once and is trained on again and again is no repeat: somebody wants it so.
    const fetched = (step.scalar(SERIES.timeData) ?? 0) > 0;
    this.repeats = fingerprint === this.last && fetched ? this.repeats + 1 : 0;
    this.last = fingerprint;
    const batches = batchesOfTraining(facts);
    if (this.found || batches < 2 || this.repeats + 1 < this.limits.steps) return undefined;
    this.found = true;
    return { step: step.step, steps: this.repeats + 1, batches };
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    batchesOfTraining(facts) < 2 ? text('No loader of several training batches has been seen.') : undefined;
}

export const repeatedBatches = defineRule({
  id: 'repeated-batches',
  title: text('The same batch again and again'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: [SERIES.batchFingerprint],
  thresholds,
  check: (limits) => new RepeatedBatchesCheck(limits),
  explain: ({ step, steps, batches }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'The loader has {0} batches, and each of the last {1} steps has got the same one from it.',
      batches,
      steps,
    ),
    explanation: text(
      'The model learns one batch by heart and never sees the rest. A new iterator for each step begins at the first batch; so does a data set that does not use the index it is asked for.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [
      { title: text('Go over the loader with one loop for each epoch'), safety: 'suggestion' },
      { title: text('Check that the data set uses the index that it is given'), safety: 'suggestion' },
    ],
    values: { steps, batches },
  }),
  docs: {
    what: 'The training loader has several batches, but every step gets the same one from it.',
    why: 'The loss falls well, because one batch is easily learned by heart; on other data the model is no better than before.',
    how: 'Each step’s batch has a number that depends on its content. For `steps` steps in a row a batch was fetched from the loader and the number was the same, although the loader has at least two batches. A batch that was fetched once and is used again and again, as to see whether the model can learn at all, is not reported.',
    fix: [
      'Loop over the loader instead of asking for its first batch:',
      '',
      '```python',
      '# before',
      'for step in range(1000):',
      '    x, y = next(iter(loader))',
      '# after',
      'for epoch in range(10):',
      '    for x, y in loader:',
      '```',
      '',
      '```js',
      '// before: the same slice at every step',
      'const batch = xs.slice([0], [32]);',
      '// after',
      'const batch = xs.slice([(step * 32) % size], [32]);',
      '```',
    ].join('\n'),
    wrong: 'A data set that consists of copies of one example, on purpose.',
  },
});
