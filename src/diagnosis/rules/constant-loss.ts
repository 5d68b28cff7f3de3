import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  series: string;
  step: number;
  value: number;
  steps: number;
  /** True when the batches were different ones. */
  varied: boolean;
}

const thresholds = {
  steps: {
    default: 10,
    minimum: 3,
    maximum: 1e6,
    unit: 'steps',
    description: 'First steps of a run with exactly the same loss, of different batches.',
    origin: 'Two different batches have the same loss in float32 once in millions of times; ten never do.',
  },
  sameBatchSteps: {
    default: 20,
    minimum: 3,
    maximum: 1e6,
    unit: 'steps',
    description: 'As steps, where the batch is always the same or that is not known.',
    origin:
      'One update with a learning rate of 1e-7 of the usual one already shows in a float32 loss; a warm-up may begin lower.',
  },
};

interface Track {
  value: number;
  steps: number;
  fingerprint: number | undefined;
  varied: boolean;
}

/** True unless the learning rate of each group is known to be zero. */
function moves(step: StepView): boolean {
  const rates = step.series.filter((name) => name.startsWith(`${SERIES.learningRate}/`));
  return rates.length === 0 || rates.some((name) => step.scalar(name) !== 0);
}

class ConstantLossCheck implements Check<Evidence> {
  /** By series; null once a loss has changed. */
  private readonly tracks = new Map<string, Track | null>();

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    for (const { series } of facts.losses) {
      const evidence = this.follow(series, step);
      if (evidence) return evidence;
    }
    return undefined;
  };

  private follow(series: string, step: StepView): Evidence | undefined {
    const known = this.tracks.get(series);
    const value = step.scalar(series);
    if (known === null || value === undefined || !moves(step) || step.scalar(SERIES.skipped) === 1)
      return undefined;
    if (!Number.isFinite(value) || (known && known.value !== value)) {
      this.tracks.set(series, null);
      return undefined;
    }
    const fingerprint = step.scalar(SERIES.batchFingerprint);
    const track = known ?? { value, steps: 0, fingerprint, varied: false };
    track.steps++;
    track.varied ||=
      fingerprint !== undefined && track.fingerprint !== undefined && fingerprint !== track.fingerprint;
    this.tracks.set(series, track);
    const enough = track.varied ? this.limits.steps : this.limits.sameBatchSteps;
    if (track.steps < enough) return undefined;
    this.tracks.set(series, null);
    return { series, step: step.step, value, steps: track.steps, varied: track.varied };
  }
}

function message({ value, steps, varied }: Evidence): Text {
  return varied
    ? text(
        'The loss has been exactly {0} for the first {1} steps, of different batches.',
        readable(value),
        steps,
      )
    : text('The loss has been exactly {0} for the first {1} steps.', readable(value), steps);
}

export const constantLoss = defineRule({
  id: 'constant-loss',
  title: text('Loss is constant'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [SERIES.loss],
  thresholds,
  check: (limits) => new ConstantLossCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'A loss that depends on the weights changes with each update, if only in its last digit. This one does not depend on them, its gradient is zero, or the updates do not reach the model.',
    ),
    anchor: 'loss',
    series: evidence.series,
    fixes: [
      {
        title: text('Check that the optimizer holds the parameters of this very model'),
        safety: 'suggestion',
      },
      {
        title: text(
          'Check that the loss is computed from the model’s output, without detach, item or argmax',
        ),
        safety: 'suggestion',
      },
      { title: text('Check that the last layer’s activation lets a gradient through'), safety: 'suggestion' },
    ],
    values: { value: evidence.value, steps: evidence.steps },
  }),
  docs: {
    what: 'The loss has had exactly the same value from the first step on.',
    why: 'Nothing is learned. A softmax over one output, an output that a ReLU has cut off to zero, an optimizer that holds the parameters of another model, or a `detach` between model and loss make it so.',
    how: 'The first `steps` losses are equal to the last bit although the batches differ, or the first `sameBatchSteps` where the batch is the same or not known. Steps with a learning rate of zero, as at the start of a warm-up, and steps that a gradient scaler skipped do not count. A loss that becomes constant later may have converged, and is not reported.',
    fix: [
      'Give the optimizer the parameters of the model that is trained:',
      '',
      '```python',
      '# before',
      'optimizer = torch.optim.SGD(Net().parameters(), lr=0.1)',
      '# after',
      'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)',
      '```',
      '',
      '```js',
      '// before: the labels do not depend on the weights',
      'const loss = () => tf.losses.meanSquaredError(y, model.predict(x).argMax(1));',
      '// after',
      'const loss = () => tf.losses.softmaxCrossEntropy(y, model.predict(x));',
      '```',
    ].join('\n'),
    wrong: 'A hinge or triplet loss that is zero from the start, because all examples are far apart already.',
  },
});
