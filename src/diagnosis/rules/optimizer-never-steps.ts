import type { OptimizerSeen } from '../../protocol/telemetry.js';
import { type SourceLine, text } from '../../protocol/values.js';
import { type Check, defineRule } from '../rule.js';

interface Evidence {
  name: string;
  passes: number;
  source: SourceLine | undefined;
}

class OptimizerNeverStepsCheck implements Check<Evidence> {
  private found = false;

  readonly optimizer = ({ name, idle, idleSource }: OptimizerSeen): Evidence | undefined => {
    if (this.found || idle === undefined) return undefined;
    this.found = true;
    return { name, passes: idle, source: idleSource };
  };
}

export const optimizerNeverSteps = defineRule({
  id: 'optimizer-never-steps',
  title: text('Optimizer never steps'),
  status: 'stable',
  category: 'optimisation',
  severity: 'error',
  needs: ['optimizer'],
  thresholds: {},
  check: () => new OptimizerNeverStepsCheck(),
  explain: ({ name, passes, source }: Evidence) => ({
    severity: 'error',
    step: 0,
    message: text(
      '{0} has not made a single step: gradients were computed {1} times and never applied, and no weight has moved.',
      name,
      passes,
    ),
    explanation: text(
      'Computing gradients changes no weight. Without a call of the optimizer’s step() (in TensorFlow.js applyGradients()) the model stays what it was when it was built.',
    ),
    anchor: 'optimizer',
    series: null,
    ...(source && { source }),
    fixes: [
      {
        title: text(
          'Call optimizer.step() after the backward pass (in TensorFlow.js optimizer.applyGradients())',
        ),
        safety: 'suggestion',
      },
    ],
    values: { optimizer: name, passes },
  }),
  docs: {
    what: 'An optimizer was built, gradients are computed and cleared, and `step()` is never called.',
    why: 'The loss may still jump about with the batches, which looks like a training that does not get anywhere. Nothing is learned at all.',
    how: 'Until the first step of any optimizer the probe looks at a few weights of the first one. When twenty backward passes in a row have given them gradients that were gone when the next one began, and their values are still the first ones, it is reported. Updates that a script makes by hand move the weights, and gradients that are gathered over many batches are not cleared. In TensorFlow.js it is reported at the end of a script that computed the gradients of variables twenty times or more and moved none of them.',
    fix: [
      '```python',
      '# before',
      'optimizer.zero_grad()',
      'loss.backward()',
      '# after',
      'optimizer.zero_grad()',
      'loss.backward()',
      'optimizer.step()',
      '```',
      '',
      'In TensorFlow.js gradients are applied by hand where `minimize` is not used:',
      '',
      '```js',
      '// before',
      'const { grads } = tf.variableGrads(loss);',
      '// after',
      'const { grads } = tf.variableGrads(loss);',
      'optimizer.applyGradients(grads);',
      '```',
    ].join('\n'),
    wrong:
      'Gradients that are only looked at, for a measure of the weights’ importance, before the training begins.',
  },
});
