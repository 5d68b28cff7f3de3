import { SERIES, type Validation } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { type Check, defineRule } from '../rule.js';

class ValidationWithGradientsCheck implements Check<Validation> {
  private known = false;
  private found = false;

  readonly validation = (pass: Validation): Validation | undefined => {
    if (!(SERIES.validationLoss in pass.scalars) || pass.mode?.gradients === undefined) return undefined;
    this.known = true;
    if (this.found || !pass.mode.gradients) return undefined;
    this.found = true;
    return pass;
  };

  readonly skipped = (): Text | undefined =>
    this.known
      ? undefined
      : text('No validation was seen of which it is known whether gradients were recorded.');
}

export const validationWithGradients = defineRule({
  id: 'validation-with-gradients',
  title: text('Validation records gradients'),
  status: 'stable',
  category: 'generalisation',
  severity: 'warning',
  needs: ['validation'],
  thresholds: {},
  check: () => new ValidationWithGradientsCheck(),
  explain: ({ step, batches }: Validation) => ({
    severity: 'warning',
    step,
    message: text(
      'The validation at step {0} ({1} batches) recorded gradients that nothing uses.',
      step,
      batches,
    ),
    explanation: text(
      'Recording keeps every intermediate result of the forward pass: validation needs about twice the memory and more time, and a loss that is added up keeps the graphs of all batches alive.',
    ),
    anchor: 'validation',
    series: SERIES.validationLoss,
    fixes: [{ title: text('Wrap the validation in torch.no_grad()'), safety: 'suggestion' }],
    values: { batches },
  }),
  docs: {
    what: 'Validation data went through the model while gradients were recorded.',
    why: 'The graph of each batch is built and kept for a backward pass that never comes: more memory, more time, and out-of-memory errors that only appear in validation.',
    how: 'A pass over validation data (by a model in evaluation mode) whose loss was attached to a graph. A loss that `backward()` is called on is training, not validation.',
    fix: [
      '```python',
      '# before',
      'model.eval()',
      'for x, y in validation_loader:',
      '    total += criterion(model(x), y)',
      '# after',
      'model.eval()',
      'with torch.no_grad():',
      '    for x, y in validation_loader:',
      '        total += criterion(model(x), y).item()',
      '```',
      '',
      '```js',
      '// before: inside of tf.variableGrads or tf.grads',
      'const { value } = tf.variableGrads(() => lossOf(model.predict(x), y));',
      '// after',
      'const value = tf.tidy(() => lossOf(model.predict(x), y));',
      '```',
    ].join('\n'),
    wrong:
      'Attacks and attributions that differentiate by the input in evaluation mode need the graph, and may call the loss function without calling `backward()` on it (`torch.autograd.grad`).',
  },
});
