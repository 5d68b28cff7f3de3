import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  scale: number;
  firstScale: number;
  skips: number;
}

interface Limits {
  readonly scale: number;
  readonly skips: number;
}

class LossScaleCollapseCheck implements Check<Evidence> {
  private first: number | undefined;
  private scale: number | undefined;
  private skips = 0;

  constructor(private readonly limits: Limits) {}

  readonly step = (step: StepView): Evidence | undefined => {
    this.skips = step.scalar(SERIES.skipped) === 1 ? this.skips + 1 : 0;
    const scale = step.scalar(SERIES.lossScale);
    if (scale === undefined) return undefined;
    this.first ??= scale;
    this.scale = scale;
    return this.judge(step.step);
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    facts.series.has(SERIES.lossScale) ? undefined : text('The script does not scale its loss.');

  private judge(step: number): Evidence | undefined {
    const { first, scale, skips } = this;
    if (first === undefined || scale === undefined || skips === 0) return undefined;
    const collapsed = scale < this.limits.scale && scale < first;
    return collapsed || skips >= this.limits.skips ? { step, scale, firstScale: first, skips } : undefined;
  }
}

export const lossScaleCollapse = defineRule({
  id: 'loss-scale-collapse',
  title: text('Loss scale collapses'),
  status: 'stable',
  category: 'optimisation',
  severity: 'error',
  needs: [SERIES.lossScale],
  thresholds: {
    scale: {
      default: 1,
      minimum: 0,
      maximum: 65536,
      unit: 'ratio',
      description: 'Loss scale below which scaling makes gradients smaller instead of larger.',
      origin:
        'The scale is there to lift small gradients above the smallest float16 (arXiv:1710.03740): below 1 it does the opposite.',
    },
    skips: {
      default: 20,
      minimum: 2,
      maximum: 10000,
      unit: 'steps',
      description: 'Updates left out one after the other.',
      origin:
        'torch.amp.GradScaler starts at 65536 and halves: after 16 skips the scale is 1, and the gradients overflow without any scaling.',
    },
  },
  check: (limits) => new LossScaleCollapseCheck(limits),
  explain: ({ step, scale, firstScale, skips }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'The gradient scaler left out {0} updates in a row; the loss scale fell from {1} to {2}.',
      skips,
      readable(firstScale),
      readable(scale),
    ),
    explanation: text(
      'Gradients are not finite even without scaling, so nothing is learned any more. Look for a division by zero, a logarithm or a norm that overflows in float16, or use bfloat16.',
    ),
    anchor: 'backward',
    series: SERIES.lossScale,
    fixes: [
      { title: text('Use bfloat16, which needs no loss scale'), safety: 'suggestion' },
      { title: text('Compute losses, norms and softmax in float32'), safety: 'suggestion' },
      { title: text('Lower the learning rate'), safety: 'suggestion' },
    ],
    values: { scale, firstScale, skips },
  }),
  docs: {
    what: 'Under mixed precision the gradient scaler finds non-finite gradients at step after step, leaves every update out and halves its scale each time.',
    why: 'A few skipped updates at the start are how the scaler finds its scale. When the scale is used up, the gradients themselves are not finite: the training stands still while it seems to run.',
    how: 'The scale that `GradScaler` used and whether it left the update out are known for every step. Reported is a skip at a scale below `scale`, or `skips` skips in a row.',
    fix: [
      '```python',
      '# before',
      'with torch.autocast("cuda", dtype=torch.float16):',
      '    loss = (prediction - target).pow(4).sum()',
      '# after',
      'with torch.autocast("cuda", dtype=torch.float16):',
      '    prediction = model(x)',
      'loss = (prediction.float() - target).pow(4).mean()',
      '```',
      '',
      'TensorFlow.js computes in float32 and has no loss scale:',
      '',
      '```js',
      '// before: a loss scaled by hand',
      'optimizer.minimize(() => loss().mul(65536));',
      '// after',
      'optimizer.minimize(() => loss());',
      '```',
    ].join('\n'),
    wrong:
      'A `GradScaler` with an `init_scale` far above 65536 needs more skips to find its scale: raise `skips`.',
  },
});
