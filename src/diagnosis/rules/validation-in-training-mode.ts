import { SERIES, type Validation } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { type Check, defineRule } from '../rule.js';

class ValidationInTrainingModeCheck implements Check<Validation> {
  private known = false;
  private found = false;

  readonly validation = (pass: Validation): Validation | undefined => {
    if (!(SERIES.validationLoss in pass.scalars) || pass.mode?.trainingMode === undefined) return undefined;
    this.known = true;
    if (this.found || !pass.mode.trainingMode) return undefined;
    this.found = true;
    return pass;
  };

  readonly skipped = (): Text | undefined =>
    this.known ? undefined : text('No validation of a model with dropout or batch normalisation was seen.');
}

export const validationInTrainingMode = defineRule({
  id: 'validation-in-training-mode',
  title: text('Validation in training mode'),
  status: 'stable',
  category: 'generalisation',
  severity: 'warning',
  needs: ['validation'],
  thresholds: {},
  check: () => new ValidationInTrainingModeCheck(),
  explain: ({ step, batches }: Validation) => ({
    severity: 'warning',
    step,
    message: text(
      'The validation at step {0} ({1} batches) ran with dropout or batch normalisation in training mode.',
      step,
      batches,
    ),
    explanation: text(
      'Dropout makes the validation loss too high and random; batch normalisation uses the statistics of the validation batch and learns from it. Switch to evaluation mode before, and back to training mode after.',
    ),
    anchor: 'validation',
    series: SERIES.validationLoss,
    fixes: [
      {
        title: text('Call model.eval() before the validation and model.train() after it'),
        safety: 'suggestion',
      },
    ],
    values: { batches },
  }),
  docs: {
    what: 'Validation data went through a model whose dropout or batch normalisation layers were in training mode.',
    why: 'Dropout switches off units at random, so the validation loss is too high and differs each time. Batch normalisation normalises by the batch at hand and takes the validation data into its running statistics: the result depends on the batch size and leaks.',
    how: 'A pass over validation data in which a module that behaves otherwise in training (dropout, batch normalisation) was in training mode. Models without such modules are not judged: for them the mode makes no difference.',
    fix: [
      '```python',
      '# before',
      'with torch.no_grad():',
      '    loss = criterion(model(x), y)',
      '# after',
      'model.eval()',
      'with torch.no_grad():',
      '    loss = criterion(model(x), y)',
      'model.train()',
      '```',
      '',
      '```js',
      '// before',
      'const loss = lossOf(model.apply(x, { training: true }), y);',
      '// after',
      'const loss = lossOf(model.predict(x), y);',
      '```',
    ].join('\n'),
    wrong: 'Monte-Carlo dropout keeps dropout on at test time on purpose, to estimate uncertainty.',
  },
});
