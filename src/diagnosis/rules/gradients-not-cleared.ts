import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { type Check, defineRule, type StepView } from '../rule.js';

interface Evidence {
  series: string;
  /** First step that began with the gradients of the step before. */
  step: number;
  /** Steps in a row that did. */
  stale: number;
}

const thresholds = {
  steps: {
    default: 2,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Steps in a row that began with the gradients of the step before.',
    origin:
      'The probe looks whether gradients are left at the first backward pass of a step, which is a fact and no estimate; twice is no accident of the first step.',
  },
};

function isStale(series: string): boolean {
  return series === SERIES.staleGradients || series.startsWith(`${SERIES.staleGradients}/`);
}

class NotClearedCheck implements Check<Evidence> {
  private readonly since = new Map<string, Evidence>();
  private readonly told = new Set<string>();

  constructor(private readonly steps: number) {}

  readonly step = (step: StepView): Evidence | undefined => {
    for (const series of step.series) {
      if (!isStale(series) || this.told.has(series)) continue;
      const evidence = this.follow(series, step);
      if (evidence) return evidence;
    }
    return undefined;
  };

  private follow(series: string, step: StepView): Evidence | undefined {
    const value = step.scalar(series);
    if (value === undefined) return undefined;
    if (value !== 1) {
      this.since.delete(series);
      return undefined;
    }
    const found = this.since.get(series) ?? { series, step: step.step, stale: 0 };
    found.stale++;
    this.since.set(series, found);
    if (found.stale < this.steps) return undefined;
    this.told.add(series);
    return found;
  }
}

export const gradientsNotCleared = defineRule({
  id: 'gradients-not-cleared',
  title: text('Gradients are not cleared between steps'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [SERIES.staleGradients],
  thresholds,
  check: ({ steps }) => new NotClearedCheck(steps),
  explain: ({ series, step, stale }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'The gradients of the step before were still there when step {0} computed its own ({1} steps in a row): every update adds up all gradients so far.',
      step,
      stale,
    ),
    explanation: text(
      'backward() adds to the gradients that are there. Without zero_grad() the update points where all batches so far pointed together, and grows from step to step. Clear the gradients once before the first backward() of each step.',
    ),
    anchor: 'backward',
    series,
    fixes: [{ title: text('Call optimizer.zero_grad() before backward()'), safety: 'safe' }],
    values: { stale },
  }),
  docs: {
    what: 'A training step begins with the gradients of the step before still in place, and adds its own to them.',
    why: 'The update is then no longer the gradient of this batch but the sum over all batches so far. It grows with the number of steps like momentum that never decays: training overshoots, oscillates or diverges, and a lower learning rate only delays it.',
    how: 'When the first backward pass after an optimizer step begins, the probe looks whether the gradients that this optimizer used are still there, unchanged. `steps` steps in a row are enough. Accumulation over micro-batches keeps gradients within a step, not between steps, and is not touched by this.',
    fix: [
      'Clear the gradients once a step:',
      '',
      '```python',
      '# before',
      'loss.backward()',
      'optimizer.step()',
      '# after',
      'optimizer.zero_grad()',
      'loss.backward()',
      'optimizer.step()',
      '```',
      '',
      'TensorFlow.js computes new gradients at every call. Where a script adds them up itself, it has to begin anew after each update:',
      '',
      '```js',
      '// before: sums is never emptied',
      'sums[name] = sums[name] ? sums[name].add(grads[name]) : grads[name];',
      'optimizer.applyGradients(sums);',
      '// after',
      'optimizer.applyGradients(sums);',
      'sums = {};',
      '```',
    ].join('\n'),
    wrong:
      'A script that keeps gradients on purpose, as a momentum of its own, is reported too: switch the rule off for it.',
  },
});
