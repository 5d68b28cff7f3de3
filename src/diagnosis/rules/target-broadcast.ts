import { text, type Text } from '../../protocol/values.js';
import type { LossFailed, LossSeen } from '../../protocol/telemetry.js';
import { checkLosses, isBinary, isElementwise, shapeText, sizeOf, StepCounter } from '../lossFacts.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  series: string | null;
  step: number;
  output: number[];
  target: number[];
  /** What the two were broadcast to; null where the framework refused. */
  common: number[] | null;
  source: LossSeen['source'];
}

/** Shape that two shapes are broadcast to, by the rule that NumPy, PyTorch and TensorFlow.js share. */
function broadcast(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const padded = (shape: readonly number[]) => [...Array<number>(rank - shape.length).fill(1), ...shape];
  const [left, right] = [padded(a), padded(b)];
  const common = left.map((size, i) => (size === 1 ? (right[i] ?? 1) : size));
  return common.every((size, i) => right[i] === size || right[i] === 1) ? common : null;
}

/**
 * Whether the broadcast compares examples with one another. With as many dimensions on both sides somebody has put
 * the ones there, as distances between all pairs want them; a single output against many targets is none of these.
 */
function isMistaken(
  output: readonly number[],
  target: readonly number[],
  common: readonly number[],
): boolean {
  const size = sizeOf(common);
  if (output.length !== target.length) return size > sizeOf(output) && size > sizeOf(target);
  return (
    output.length === 2 &&
    output[1] === 1 &&
    (target[1] ?? 0) > 1 &&
    output[0] === target[0] &&
    (output[0] ?? 0) > 1
  );
}

class TargetBroadcastCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  private readonly losses = checkLosses(
    ({ function: name, ...loss }) =>
      (isElementwise({ function: name }) || name === 'unknown') &&
      loss.outputShape !== undefined &&
      loss.targetShape !== undefined,
    ({ outputShape = [], targetShape = [] }) => {
      const common = broadcast(outputShape, targetShape);
      return common && isMistaken(outputShape, targetShape, common) ? { common } : undefined;
    },
  );

  readonly step = this.steps.count;
  readonly skipped = this.losses.skipped;

  readonly loss = (loss: LossSeen, facts: RunFacts): Evidence | undefined => {
    const found = this.losses.loss(loss, facts);
    return found && this.evidence(found.loss, found.series, found.common);
  };

  readonly lossFailed = (failed: LossFailed): Evidence | undefined => {
    const { outputShape: output, targetShape: target } = failed;
    if (!output || !target || !(isElementwise(failed) || isBinary(failed))) return undefined;
    const alike = sizeOf(output) === sizeOf(target) && output.length !== target.length;
    return alike ? this.evidence(failed, null, null) : undefined;
  };

  private evidence(loss: LossSeen | LossFailed, series: string | null, common: number[] | null): Evidence {
    const { outputShape: output = [], targetShape: target = [], source } = loss;
    return { series, step: this.steps.current, output, target, common, source };
  }
}

function message({ output, target, common }: Evidence): Text {
  const shapes = [shapeText(output), shapeText(target)];
  return common
    ? text(
        'The output has shape {0}, the target {1}: broadcasting compares them as {2}.',
        ...shapes,
        shapeText(common),
      )
    : text('The output has shape {0}, the target {1}: the loss wants them alike.', ...shapes);
}

export const targetBroadcast = defineRule({
  id: 'target-broadcast',
  title: text('Output and target are broadcast against each other'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new TargetBroadcastCheck(),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'Every output is compared with the targets of all the other examples too. The best that such a loss can teach is the mean of the targets, the same answer for every input.',
    ),
    anchor: 'loss',
    series: evidence.series,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [
      { title: text('Give output and target the same shape, by squeeze or reshape'), safety: 'suggestion' },
    ],
    values: {
      outputShape: shapeText(evidence.output),
      targetShape: shapeText(evidence.target),
      ...(evidence.common ? { comparedAs: shapeText(evidence.common) } : {}),
    },
  }),
  docs: {
    what: 'The loss compares an output of shape `(N, 1)` with a target of shape `(N)`, or the reverse, element by element; broadcasting makes `(N, N)` of it.',
    why: 'Each output is compared with the targets of all examples. The loss falls to the variance of the targets and stays there: the model learns the mean. Nothing crashes.',
    how: 'A fact about the program: output and target of a mean squared, absolute or Huber loss have different numbers of dimensions, and the shape they are broadcast to is larger than both; or a single output for each example is compared with several targets. Shapes with as many dimensions on both sides, as distances between all pairs have them, are left alone. Losses that refuse such shapes are reported where they do. It is known at the first step.',
    fix: [
      'Give both the same shape:',
      '',
      '```python',
      '# before: (N, 1) against (N)',
      'loss = F.mse_loss(model(x), y)',
      '# after',
      'loss = F.mse_loss(model(x).squeeze(1), y)',
      '```',
      '',
      '```js',
      '// before: [N, 1] against [N]',
      'const loss = model.predict(x).sub(y).square().mean();',
      '// after',
      'const loss = model.predict(x).squeeze([1]).sub(y).square().mean();',
      '```',
    ].join('\n'),
    wrong:
      'A loss over all pairs that relies on a missing dimension is reported although it is meant: write the dimension out.',
  },
});
