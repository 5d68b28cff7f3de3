import { type ClippingSeen, SERIES } from '../../protocol/telemetry.js';
import { fromWire, type SourceLine, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule } from '../rule.js';

interface Evidence {
  step: number;
  limit: number;
  source: SourceLine | undefined;
}

export const clippingBeforeUnscale = defineRule({
  id: 'clipping-before-unscale',
  title: text('Gradients are clipped before they are unscaled'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [SERIES.lossScale],
  thresholds: {},
  check: (): Check<Evidence> => {
    let found = false;
    return {
      clipping: ({ scaled, step, limit, source }: ClippingSeen) => {
        if (found || !scaled) return undefined;
        found = true;
        return { step, limit: fromWire(limit), source };
      },
    };
  },
  explain: ({ step, limit, source }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'Gradients are clipped to {0} while they are still multiplied by the loss scale.',
      readable(limit),
    ),
    explanation: text(
      'The scale is in the tens of thousands: what is left after clipping and unscaling is a gradient thousands of times smaller than meant, and its size changes whenever the scale does. Call scaler.unscale_(optimizer) before clipping.',
    ),
    anchor: 'clipping',
    series: null,
    ...(source ? { source } : {}),
    fixes: [{ title: text('Call scaler.unscale_(optimizer) before clipping'), safety: 'safe' }],
    values: { limit },
  }),
  docs: {
    what: 'Under mixed precision the gradients are clipped while they still carry the factor by which GradScaler multiplied the loss.',
    why: 'GradScaler starts with a factor of 65536. Clipped to 1 and then divided by it, the gradient has a norm of at most 0.000015: training all but stands still, and differently so at each change of the scale.',
    how: 'The probe knows at each call of a clipping function whether the scaler has already unscaled the gradients of this step. One call where it has not is proof.',
    fix: [
      '',
      '```python',
      '# before',
      'scaler.scale(loss).backward()',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)',
      'scaler.step(optimizer)',
      '# after',
      'scaler.scale(loss).backward()',
      'scaler.unscale_(optimizer)',
      'torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)',
      'scaler.step(optimizer)',
      '```',
      '',
      'TensorFlow.js has no loss scaling of its own; a script that multiplies its loss divides the gradients first:',
      '',
      '```js',
      '// before',
      'const clipped = tf.clipByValue(grads[name], -1, 1).div(scale);',
      '// after',
      'const clipped = tf.clipByValue(grads[name].div(scale), -1, 1);',
      '```',
    ]
      .join('\n')
      .trimStart(),
    wrong: 'A threshold that was multiplied by the scale on purpose is reported too.',
  },
});
