/** What follows from the facts of a loss function's first call, for the rules that judge by them. */
import type { LossSeen } from '../protocol/telemetry.js';
import { fromWire, type Text, text, type WireNumber } from '../protocol/values.js';
import type { Check, RunFacts, StepView } from './rule.js';

/** Losses that compare output and target element by element. */
const ELEMENTWISE = new Set(['mse_loss', 'l1_loss', 'smooth_l1_loss', 'huber_loss']);
const BINARY = new Set(['binary_cross_entropy', 'binary_cross_entropy_with_logits']);
const CLASSES = new Set(['cross_entropy', 'nll_loss']);

const EXPECTED: Record<string, LossSeen['expects']> = {
  cross_entropy: 'logits',
  binary_cross_entropy_with_logits: 'logits',
  binary_cross_entropy: 'probabilities',
  nll_loss: 'log_probabilities',
  kl_div: 'log_probabilities',
  ctc_loss: 'log_probabilities',
};

type Named = Pick<LossSeen, 'function'>;

export const isElementwise = ({ function: name }: Named): boolean => ELEMENTWISE.has(name);
export const isBinary = ({ function: name }: Named): boolean => BINARY.has(name);
export const isOverClasses = ({ function: name }: Named): boolean => CLASSES.has(name);

/** What the function wants as its input: what it says, else what PyTorch's of that name wants. */
export function expectedInput(loss: LossSeen): LossSeen['expects'] {
  return loss.expects ?? EXPECTED[loss.function];
}

/** The number, NaN where it was not measured: no comparison with it holds. */
export function measured(value: WireNumber | undefined): number {
  return value === undefined ? NaN : fromWire(value);
}

const LEAST_CLASSES = 3;

/** Classes of one-hot targets, zero for others: rows with a single one among zeros, for three classes or more. */
export function oneHotClasses({
  outputShape,
  targetDistinct,
  targetMin,
  targetMax,
  targetMean = NaN,
  targetShape,
}: LossSeen): number {
  const classes = outputShape?.length === 2 && targetShape?.length === 2 ? (outputShape[1] ?? 0) : 0;
  const binary = targetDistinct === 2 && measured(targetMin) === 0 && measured(targetMax) === 1;
  return binary && classes >= LEAST_CLASSES && Math.abs(targetMean * classes - 1) < 1e-5 ? classes : 0;
}

export function sizeOf(shape: readonly number[] | undefined): number {
  return shape?.reduce((all, size) => all * size, 1) ?? NaN;
}

export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}

/** The losses of a GAN or of other optimizers that play against each other mean nothing by themselves. */
export function hasSeveralObjectives(facts: RunFacts): boolean {
  return new Set(facts.losses.map(({ optimizer }) => optimizer)).size > 1 || facts.optimizers.length > 1;
}

/** Where and when a loss was judged. */
export interface Judged {
  series: string;
  step: number;
  loss: LossSeen;
}

/** Counts the steps, for messages that do not say at which step they were sent. */
export class StepCounter {
  /** Index of the step that is under way. */
  current = 0;

  readonly count = ({ step }: StepView): undefined => {
    this.current = step + 1;
  };
}

type Handler<Message, Result> = (message: Message, facts: RunFacts) => Result | undefined;

export interface LossCheck<Evidence> extends Check<Evidence> {
  step: Handler<StepView, Evidence>;
  loss: Handler<LossSeen, Evidence>;
  skipped: (facts: RunFacts) => Text | undefined;
}

/** A loss, then each further loss function of a sum as if it were one by itself. */
function termsOf({ terms = [], ...loss }: LossSeen): LossSeen[] {
  const { type, id, series, label, optimizer } = loss;
  const common = { type, id, series, label, optimizer, pure: false };
  return [
    loss,
    ...terms.map((term) => {
      const outputSource = term.outputSource ?? term.source;
      return { ...common, ...term, ...(outputSource && { outputSource }) };
    }),
  ];
}

/**
 * A check that judges each loss function by the facts of its first batch.
 *
 * @param concerns whether the rule is about such a loss at all
 * @param judge evidence where the loss is at fault
 */
export function checkLosses<Evidence extends object>(
  concerns: (loss: LossSeen, facts: RunFacts) => boolean,
  judge: (loss: LossSeen, facts: RunFacts) => Evidence | undefined,
): LossCheck<Evidence & Judged> {
  const steps = new StepCounter();
  let judged = false;
  return {
    step: steps.count,
    loss: (seen, facts) => {
      for (const loss of termsOf(seen).filter((one) => concerns(one, facts))) {
        judged = true;
        const evidence = judge(loss, facts);
        if (evidence) return { ...evidence, series: loss.series, step: steps.current, loss };
      }
      return undefined;
    },
    skipped: () => (judged ? undefined : text('No loss function that this is about has been seen.')),
  };
}
