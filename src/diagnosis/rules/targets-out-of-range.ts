import { text, type Text } from '../../protocol/values.js';
import type { ExceptionSeen, LossFailed, LossSeen } from '../../protocol/telemetry.js';
import { readable } from '../format.js';
import { isBinary, isOverClasses, measured, sizeOf, StepCounter } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';

interface Evidence {
  series: string | null;
  step: number;
  kind: 'index' | 'probability' | 'row';
  low: number;
  high: number;
  classes: number | undefined;
  /** Share of the examples that have no class. */
  empty: number;
  source: LossSeen['source'];
}

type Found = Omit<Evidence, 'step' | 'series' | 'source'>;
type Targets = Pick<
  LossSeen,
  'outputShape' | 'targetShape' | 'targetMin' | 'targetMax' | 'targetDtype' | 'classes'
>;

const thresholds = {
  slack: {
    default: 0.25,
    minimum: 0,
    maximum: 10,
    unit: '1',
    description: 'By how much the target of a binary cross-entropy may leave 0 to 1.',
    origin:
      'Soft labels of adversarial training go from 0 to 0.3 and from 0.7 to 1.2 (Salimans et al., arXiv:1606.03498, and the recipes that followed it).',
  },
};

function found(kind: Evidence['kind'], targets: Partial<Targets>, empty = 0): Found {
  const { targetMin, targetMax, classes } = targets;
  return { kind, low: measured(targetMin), high: measured(targetMax), classes, empty };
}

/** Class indices in a library that has no index to ignore: TensorFlow.js. */
function indicesOutOfRange(loss: LossSeen): boolean {
  const sparse = sizeOf(loss.targetShape) * (loss.classes ?? NaN) === sizeOf(loss.outputShape);
  const [low, high] = [measured(loss.targetMin), measured(loss.targetMax)];
  return sparse && (loss.classes ?? 0) > 1 && (low < 0 || high > (loss.classes ?? Infinity) - 1);
}

/** Share of the one-hot rows of a plain classification that name no class; sequences leave out padding so. */
function emptyRows({ targetRowsWithoutClass: empty = 0, outputShape, targetShape }: LossSeen): number {
  const plain = outputShape?.length === 2 && targetShape?.length === 2;
  return plain ? empty / (targetShape[0] ?? NaN) : 0;
}

class TargetsOutOfRangeCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  /** Set when the loss function has failed as well: the exception that follows says no more. */
  private told = false;
  private judged = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = this.steps.count;

  readonly loss = (loss: LossSeen, facts: RunFacts): Evidence | undefined => {
    if (!isBinary(loss) && !isOverClasses(loss)) return undefined;
    this.judged = true;
    return this.evidence(this.judge(loss, facts), loss.series, loss.source);
  };

  readonly lossFailed = (failed: LossFailed): Evidence | undefined => {
    const evidence = this.evidence(this.judgeFailure(failed), null, failed.source);
    this.told = true;
    return evidence;
  };

  /** The message of PyTorch on a CPU names the label; an assertion on a GPU names nothing, but the batch does. */
  readonly exception = ({ message, frames }: ExceptionSeen, facts: RunFacts): Evidence | undefined => {
    if (this.told) return undefined;
    const label = /\bTarget (-?\d+) is out of bounds/.exec(message)?.[1];
    if (label !== undefined) {
      const value = Number(label);
      return this.evidence(found('index', { targetMin: value, targetMax: value }), null, frames.at(-1));
    }
    if (!/device-side assert|out of bounds|t >= 0 && t < n_classes/.test(message)) return undefined;
    const loss = facts.losses.find(isOverClasses);
    const target = facts.firstBatch?.tensors.find(({ name }) => name === 'target');
    const [low, high] = [measured(target?.min), measured(target?.max)];
    const classes = loss?.classes;
    const outside = high >= (classes ?? Infinity) || low < 0;
    return outside
      ? this.evidence({ kind: 'index', low, high, classes, empty: 0 }, null, loss?.source)
      : undefined;
  };

  readonly skipped = (): Text | undefined =>
    this.judged || this.told ? undefined : text('No loss function that this is about has been seen.');

  private judge(loss: LossSeen, facts: RunFacts): Found | undefined {
    if (isBinary(loss) || (loss.classes !== 1 && isSoft(loss))) {
      const { slack } = this.limits;
      const outside = measured(loss.targetMin) < -slack || measured(loss.targetMax) > 1 + slack;
      if (outside) return found('probability', loss);
    }
    // PyTorch raises an error, but for the one index that is to be ignored.
    if (facts.hello?.framework !== 'tfjs' || !isOverClasses(loss)) return undefined;
    if (indicesOutOfRange(loss)) return found('index', loss);
    const empty = emptyRows(loss);
    return empty > 0 ? found('row', loss, empty) : undefined;
  }

  private judgeFailure(failed: LossFailed): Found | undefined {
    const { classes = Infinity, targetMin, targetMax } = failed;
    if (isBinary(failed) && /elements of target/i.test(failed.message)) return found('probability', failed);
    if (!isOverClasses(failed) || classes === 1 || isSoft(failed)) return undefined;
    const outside = measured(targetMax) >= classes || measured(targetMin) < 0;
    return outside && /bound|range|assert|n_classes/.test(failed.message)
      ? found('index', failed)
      : undefined;
  }

  private evidence(
    seen: Found | undefined,
    series: string | null,
    source: LossSeen['source'],
  ): Evidence | undefined {
    if (!seen || (this.told && series === null)) return undefined;
    this.told = true;
    return { ...seen, series, step: this.steps.current, source };
  }
}

/** A target of probabilities, one for each output. */
function isSoft({ outputShape, targetShape, targetDtype }: Targets): boolean {
  return /float|double|half/.test(targetDtype ?? '') && sizeOf(outputShape) === sizeOf(targetShape);
}

function message({ kind, low, high, classes, empty }: Evidence): Text {
  if (kind === 'row')
    return text(
      '{0} % of the one-hot labels hold no class at all: their index was outside of 0 to {1}.',
      readable(100 * empty),
      (classes ?? 0) - 1,
    );
  if (kind === 'probability')
    return text(
      'The targets go from {0} to {1}; binary cross-entropy wants them between 0 and 1.',
      readable(low),
      readable(high),
    );
  return classes === undefined
    ? text('The label {0} is outside of the classes that the model has outputs for.', readable(high))
    : text(
        'The labels go from {0} to {1}; the model has {2} outputs, for the labels 0 to {3}.',
        readable(low),
        readable(high),
        classes,
        classes - 1,
      );
}

function explanation({ kind }: Evidence): Text {
  return kind === 'probability'
    ? text(
        'With such targets the loss has no lowest value: it becomes negative and falls without an end, and means nothing.',
      )
    : text(
        'Labels count from 0. Labels from 1 on, a class too few in the last layer, or a mark for missing labels are the usual reasons.',
      );
}

function fixes({ kind }: Evidence): Text[] {
  return kind === 'probability'
    ? [
        text('Map the labels to 0 and 1, or scale the targets to 0 to 1'),
        text('Or use a loss for targets of any size, such as the mean squared error'),
      ]
    : [text('Let the labels count from 0'), text('Give the last layer one output for each class')];
}

export const targetsOutOfRange = defineRule({
  id: 'targets-out-of-range',
  title: text('Targets outside of what the loss takes'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [],
  thresholds,
  check: (limits) => new TargetsOutOfRangeCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: 'loss',
    series: evidence.series,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: fixes(evidence).map((title) => ({ title, safety: 'suggestion' })),
    values: {
      ...(Number.isFinite(evidence.low) ? { targetMin: evidence.low, targetMax: evidence.high } : {}),
      ...(evidence.classes === undefined ? {} : { classes: evidence.classes }),
      ...(evidence.kind === 'row' ? { empty: evidence.empty } : {}),
    },
  }),
  docs: {
    what: 'Class labels that the model has no output for, or targets of a binary cross-entropy that are not between 0 and 1.',
    why: 'PyTorch raises an error on the CPU; on a GPU an assertion fails somewhere later and takes the process with it. TensorFlow.js says nothing: the label becomes a row of zeros, and the example teaches nothing. A binary cross-entropy with targets of -1 and 1, or 1 and 2, can fall below zero without an end.',
    how: 'The range of the target is compared with the number of classes, or with 0 to 1 (`slack` more, for soft labels). Where PyTorch has raised an error, the error and the range say it together. Integer labels that PyTorch took without an error are not judged: the one outside may be its `ignore_index`. One-hot rows of a plain classification in TensorFlow.js sum up to one; less means that some are empty.',
    fix: [
      'Let labels count from 0, and binary ones be 0 and 1:',
      '',
      '```python',
      '# before: labels 1 to 10',
      'loss = F.cross_entropy(logits, labels)',
      '# after',
      'loss = F.cross_entropy(logits, labels - 1)',
      '```',
      '',
      '```js',
      '// before: labels 1 to 10',
      'const y = tf.oneHot(labels, 10);',
      '// after',
      "const y = tf.oneHot(labels.sub(tf.scalar(1, 'int32')), 10);",
      '```',
    ].join('\n'),
    wrong: 'Rows of zeros that are meant to leave examples out of the loss are reported in TensorFlow.js.',
  },
});
