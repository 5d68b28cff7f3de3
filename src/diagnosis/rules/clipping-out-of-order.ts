import { type ClippingSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  source: SourceLine | undefined;
}

const thresholds = {
  steps: {
    default: 2,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Steps after such a call without one in the right place.',
    origin:
      'The probe knows whether a backward pass ran since the last step, which is a fact; the first call of a script may be a trial.',
  },
};

class OutOfOrderCheck implements Check<Evidence> {
  private readonly stale = new Map<string, ClippingSeen>();
  private found = false;

  constructor(private readonly steps: number) {}

  readonly clipping = (seen: ClippingSeen): undefined => {
    const key = `${seen.source?.file}:${seen.source?.line}`;
    if (seen.gradients === 'fresh') this.stale.delete(key);
    else if (!this.stale.has(key)) this.stale.set(key, seen);
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    // With several optimizers a backward pass may serve the steps of two.
    if (this.found || this.stale.size === 0 || facts.optimizers.length > 1) return undefined;
    const late = [...this.stale.values()].find((seen) => step.step >= seen.step + this.steps);
    if (!late) return undefined;
    this.found = true;
    return { step: late.step, source: late.source };
  };
}

export const clippingOutOfOrder = defineRule({
  id: 'clipping-out-of-order',
  title: text('Gradients are clipped in the wrong place'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [SERIES.loss],
  thresholds,
  check: ({ steps }) => new OutOfOrderCheck(steps),
  explain: ({ step, source }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'Gradients are clipped when there are none to clip: no backward() has run since the last optimizer step.',
    ),
    explanation: text(
      'Clipping before backward() or after step() has no effect on the update: training runs without it. It belongs between backward() and step().',
    ),
    anchor: 'clipping',
    series: null,
    ...(source ? { source } : {}),
    fixes: [{ title: text('Clip between backward() and optimizer.step()'), safety: 'safe' }],
    values: { gradients: 'stale' },
  }),
  docs: {
    what: 'The call that clips gradients stands before `backward()` or after `optimizer.step()`.',
    why: 'The gradients that the update uses are never clipped. The script looks guarded against exploding gradients and is not.',
    how: 'At each call of a clipping function the probe knows whether a backward pass ran since the last optimizer step. A call site that found none, and has not been right in the `steps` steps after, is reported. Scripts with several optimizers are not judged.',
    fix: [
      'Clip after the backward pass and before the update:',
      '',
      '```python',
      '# before',
      'loss.backward()',
      'optimizer.step()',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)',
      '# after',
      'loss.backward()',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)',
      'optimizer.step()',
      '```',
      '',
      '```js',
      '// before',
      'optimizer.applyGradients(grads);',
      'grads = clip(grads);',
      '// after',
      'grads = clip(grads);',
      'optimizer.applyGradients(grads);',
      '```',
    ].join('\n'),
    wrong:
      'Clipping used only to measure the norm, at any place: pass `max_norm=inf` between backward() and step() instead.',
  },
});
