import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import {
  type Check,
  defineRule,
  type Explained,
  type Limits,
  type RunFacts,
  type StepView,
} from '../rule.js';

interface Evidence {
  step: number;
  steps: number;
  /** Of the loader; null where the script cuts its batches out of the data itself. */
  batches: number | null;
  share: number;
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
  slices: {
    default: 20,
    minimum: 3,
    maximum: 1e6,
    unit: 'steps',
    description:
      'Steps from the first on in which the script cut the same slice out of its data, without a loader.',
    origin:
      'Algorithms that take several steps on one batch take up to about ten (PPO: 10 epochs in arXiv:1707.06347; MAML: up to 10 inner steps in arXiv:1703.03400); twice that.',
  },
  share: {
    default: 0.25,
    minimum: 0.001,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of the data above which such a slice is taken for the training set.',
    origin:
      'A training set that is cut out of all data is most of it; half of it in cross-validation with two parts.',
  },
};

function batchesOfTraining({ loaders }: RunFacts): number {
  return loaders.find(({ role }) => role === 'train')?.batches ?? 0;
}

class RepeatedBatchesCheck implements Check<Evidence> {
  private last: number | undefined;
  private repeats = 0;
  /** Steps so far that got the same new slice; null once a step got something else. */
  private slices: number | null = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const fingerprint = step.scalar(SERIES.batchFingerprint);
    if (fingerprint === undefined) return undefined;
    const known = this.last;
    this.last = fingerprint;
    const found = this.fetched(step, facts, fingerprint === known) ?? this.cut(step, fingerprint === known);
    if (!found || this.found) return undefined;
    this.found = true;
    return found;
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    batchesOfTraining(facts) < 2 && !facts.series.has(SERIES.sliceShare)
      ? text('No loader of several training batches has been seen.')
      : undefined;

  /** A batch that was fetched once and is trained on again and again is no repeat: somebody wants it so. */
  private fetched(step: StepView, facts: RunFacts, same: boolean): Evidence | undefined {
    const fetched = (step.scalar(SERIES.timeData) ?? 0) > 0;
    this.repeats = same && fetched ? this.repeats + 1 : 0;
    const batches = batchesOfTraining(facts);
    if (batches < 2 || this.repeats + 1 < this.limits.steps) return undefined;
    return { step: step.step, steps: this.repeats + 1, batches, share: 1 / batches };
  }

  /** The same slice in every step, although each step cuts it anew. */
  private cut(step: StepView, same: boolean): Evidence | undefined {
    if (step.step === 0) return undefined;
    const share = step.scalar(SERIES.sliceShare);
    const again = same && share !== undefined && share <= this.limits.share;
    this.slices = again && this.slices !== null ? this.slices + 1 : null;
    if (this.slices === null || share === undefined || this.slices < this.limits.slices) return undefined;
    return { step: step.step, steps: this.slices + 1, batches: null, share };
  }
}

function ofLoader(
  steps: number,
  batches: number,
): Pick<Explained, 'message' | 'explanation' | 'anchor' | 'fixes'> {
  return {
    message: text(
      'The loader has {0} batches, and each of the last {1} steps has got the same one from it.',
      batches,
      steps,
    ),
    explanation: text(
      'The model learns one batch by heart and never sees the rest. A new iterator for each step begins at the first batch; so does a data set that does not use the index it is asked for.',
    ),
    anchor: 'loader',
    fixes: [
      { title: text('Go over the loader with one loop for each epoch'), safety: 'suggestion' },
      { title: text('Check that the data set uses the index that it is given'), safety: 'suggestion' },
    ],
  };
}

function ofSlices(steps: number, share: number): ReturnType<typeof ofLoader> {
  return {
    message: text(
      'Each of the {0} steps so far has cut its batch out of the data, and each time the same {1} %.',
      steps,
      readable(100 * share),
    ),
    explanation: text(
      'The model learns one batch by heart and never sees the rest. The slice does not move on with the step.',
    ),
    anchor: 'loss',
    fixes: [
      { title: text('Begin the slice at the step’s number times the batch size'), safety: 'suggestion' },
    ],
  };
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
  explain: ({ step, steps, batches, share }: Evidence) => ({
    severity: 'error',
    step,
    ...(batches === null ? ofSlices(steps, share) : ofLoader(steps, batches)),
    series: null,
    values: { steps, share, ...(batches !== null && { batches }) },
  }),
  docs: {
    what: 'The training loader has several batches, but every step gets the same one from it; or a script without a loader cuts the same slice out of its data at every step.',
    why: 'The loss falls well, because one batch is easily learned by heart; on other data the model is no better than before.',
    how: 'Each step’s batch has a number that depends on its content. For `steps` steps in a row a batch was fetched from the loader and the number was the same, although the loader has at least two batches. Without a loader, input and target of each of the first `slices` steps were slices of larger tensors, cut anew for the step, of at most `share` of the rows, and the number never changed. A batch that was fetched once and is used again and again, as to see whether the model can learn at all, is not reported.',
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
