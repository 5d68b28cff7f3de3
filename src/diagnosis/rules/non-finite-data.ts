import { text, type Text, type WireNumber } from '../../protocol/values.js';
import type { Batch, OriginSeen } from '../../protocol/telemetry.js';
import { SERIES } from '../../protocol/telemetry.js';
import { sizeOf } from '../lossFacts.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  /** `input`, `target`, or the key in the batch; empty where a replay has found it. */
  tensor: string;
  nonFinite: number | undefined;
  elements: number;
  source: OriginSeen['source'];
}

/** Steps after a batch within which its loss is computed. */
const NEXT = 1;

class NonFiniteDataCheck implements Check<Evidence> {
  private suspect: Evidence | undefined;
  private looked = false;

  readonly batch = ({ step, tensors }: Batch): undefined => {
    this.looked = true;
    const bad = tensors.find(({ nonFinite }) => (nonFinite ?? 0) > 0);
    if (!bad) return;
    const { name: tensor, nonFinite, shape } = bad;
    this.suspect = { step, tensor, nonFinite, elements: sizeOf(shape), source: undefined };
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const { suspect } = this;
    if (!suspect || step.step < suspect.step) return undefined;
    if (step.step > suspect.step + NEXT) this.suspect = undefined;
    const names = facts.losses.length === 0 ? [SERIES.loss] : facts.losses.map(({ series }) => series);
    const values = [...names, SERIES.gradNorm].map((name) => step.scalar(name));
    return values.some((value) => value !== undefined && !Number.isFinite(value)) ? suspect : undefined;
  };

  readonly origin = (origin: OriginSeen): Evidence | undefined => {
    if (origin.direction !== 'input') return undefined;
    const known = this.suspect?.step === origin.step ? this.suspect : undefined;
    const { step, inputNonFinite: nonFinite, source, kind } = origin;
    return known ?? { step, tensor: kind || 'input', nonFinite: count(nonFinite), elements: NaN, source };
  };

  readonly skipped = (): Text | undefined =>
    this.looked ? undefined : text('No batch’s numbers have been looked at.');
}

function count(value: WireNumber | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function message({ step, tensor, nonFinite, elements }: Evidence): Text {
  if (nonFinite === undefined)
    return text('The {0} of step {1} holds numbers that are not finite.', tensor, step);
  return Number.isFinite(elements)
    ? text(
        'In the {2} of step {3}, {0} of the {1} numbers are NaN or infinite.',
        nonFinite,
        readable(elements),
        tensor,
        step,
      )
    : text('In the {1} of step {2}, {0} numbers are NaN or infinite.', nonFinite, tensor, step);
}

export const nonFiniteData = defineRule({
  id: 'non-finite-data',
  title: text('Data is not finite'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new NonFiniteDataCheck(),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'One such number makes the loss of its batch NaN, and the update that follows makes every weight NaN. Missing values that were read as NaN, or a division by a standard deviation of zero, are the usual reasons.',
    ),
    anchor: 'loader',
    series: null,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [
      { title: text('Fill in or leave out missing values before training'), safety: 'suggestion' },
      {
        title: text('Guard divisions in the preparation of the data with a small epsilon'),
        safety: 'suggestion',
      },
    ],
    values: {
      tensor: evidence.tensor,
      ...(evidence.nonFinite === undefined ? {} : { nonFinite: evidence.nonFinite }),
      ...(Number.isFinite(evidence.elements) ? { elements: evidence.elements } : {}),
    },
  }),
  docs: {
    what: 'The inputs or the targets of a batch hold NaN or infinite numbers, and the loss or the gradient of that step is not finite.',
    why: 'A single NaN among the inputs makes the loss NaN, its gradient NaN, and with the next update every weight.',
    how: 'A batch that was looked at (the first, then about one a second) held non-finite numbers, and loss or gradient norm of that step or of the next one were not finite; or the step that was the first to be non-finite was computed again and its inputs held them. Non-finite numbers in data that leave the loss finite, such as masks of `-inf` or marks for missing values that the model replaces, are never reported.',
    fix: [
      'Clean the data before training:',
      '',
      '```python',
      '# before: an empty field becomes NaN',
      "x = torch.tensor(table['age'].to_numpy())",
      '# after',
      "x = torch.tensor(table['age'].fillna(table['age'].median()).to_numpy())",
      '```',
      '',
      '```js',
      '// before: an empty field becomes NaN',
      'const x = tf.tensor1d(rows.map((row) => parseFloat(row.age)));',
      '// after',
      'const x = tf.tensor1d(rows.map((row) => (row.age === "" ? median : parseFloat(row.age))));',
      '```',
    ].join('\n'),
    wrong:
      'A loss that is non-finite for another reason, in a step whose batch held infinite masks as well, is put down to the data.',
  },
});
