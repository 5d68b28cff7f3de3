import type { Validation } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { type Check, defineRule } from '../rule.js';

class TrainingInEvaluationModeCheck implements Check<Validation> {
  private found = false;

  readonly validation = (pass: Validation): Validation | undefined => {
    if (this.found || !pass.mode?.kept) return undefined;
    this.found = true;
    return pass;
  };
}

export const trainingInEvaluationMode = defineRule({
  id: 'training-in-evaluation-mode',
  title: text('Training in evaluation mode'),
  status: 'stable',
  category: 'generalisation',
  severity: 'warning',
  needs: ['validation'],
  thresholds: {},
  check: () => new TrainingInEvaluationModeCheck(),
  explain: ({ step }: Validation) => ({
    severity: 'warning',
    step,
    message: text(
      'Since a validation before step {0} the model is trained in evaluation mode: dropout and batch normalisation no longer do what they are there for.',
      step,
    ),
    explanation: text(
      'eval() stays in force until train() is called. Without dropout the model overfits sooner; batch normalisation goes on with the statistics of the first epoch, which its weights move away from.',
    ),
    anchor: 'validation',
    series: null,
    fixes: [
      { title: text('Call model.train() at the start of every epoch'), safety: 'suggestion' },
      { title: text('Call model.train() after the validation'), safety: 'suggestion' },
    ],
    values: {},
  }),
  docs: {
    what: 'The model was trained in training mode, put into evaluation mode for a validation, and has been trained on in that mode.',
    why: 'From the second epoch on there is no dropout, and batch normalisation neither uses nor learns the statistics of the batches. The curves look better at first, and the result is worse.',
    how: 'Before the first validation dropout (with a probability above zero) or batch normalisation ran as in training. In all steps between two later validations, five at least, every trained model was in evaluation mode as a whole. Layers that are put into it alone, to keep their statistics, do not count, nor does a model that was trained in evaluation mode from the start.',
    fix: [
      '```python',
      '# before',
      'model.train()',
      'for epoch in range(epochs):',
      '    train(model, training_data)',
      '    validate(model, validation_data)  # calls model.eval()',
      '# after',
      'for epoch in range(epochs):',
      '    model.train()',
      '    train(model, training_data)',
      '    validate(model, validation_data)',
      '```',
      '',
      'In TensorFlow.js each call says its mode:',
      '',
      '```js',
      '// before',
      'const loss = () => lossOf(model.apply(x), y);',
      '// after',
      'const loss = () => lossOf(model.apply(x, { training: true }), y);',
      '```',
    ].join('\n'),
    wrong: 'A last phase that is meant to go on without dropout and with fixed statistics, by model.eval().',
  },
});
