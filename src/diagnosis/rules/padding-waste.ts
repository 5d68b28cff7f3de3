import type { Batch, Bye } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  share: number;
  length: number;
}

const thresholds = {
  share: {
    default: 0.8,
    minimum: 0.1,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of the tokens that are padding, in each of the batches.',
    origin: 'Four fifths of the work for nothing; batches of sorted lengths have some percent.',
  },
  length: {
    default: 32,
    minimum: 2,
    maximum: 1e6,
    unit: '1',
    description: 'Length of the sequences from which on it matters.',
    origin: 'Below, a row of the matrix product is as fast as half of it.',
  },
  batches: {
    default: 2,
    minimum: 1,
    maximum: 1000,
    unit: 'batches',
    description: 'Batches in a row.',
    origin: 'One batch may hold short sequences by chance.',
  },
};

/** Sequences in a batch whose lengths are not all short by chance. */
const MANY_ROWS = 16;

type Tensor = Batch['tensors'][number];

const isWhole = ({ dtype }: Tensor): boolean => /int|long|bool/.test(dtype);

/** A mask says it; without one, zeros among tokens that an embedding takes are taken for padding. */
function maskOf(tensors: readonly Tensor[], facts: RunFacts): Tensor | undefined {
  const mask = tensors.find(({ name }) => /attention_mask|padding_mask/.test(name));
  if (mask) return mask;
  const embedded = facts.layers?.layers.some(({ kind }) => /embedding/i.test(kind)) ?? false;
  return embedded ? tensors.find((one) => isWhole(one) && /input|token/i.test(one.name)) : undefined;
}

class PaddingWasteCheck implements Check<Evidence> {
  private wasted = 0;
  private looks = 0;
  private found = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly batch = (batch: Batch, facts: RunFacts): Evidence | undefined => {
    const mask = maskOf(batch.tensors, facts);
    if (mask?.zeros === undefined || mask.shape.length !== 2 || this.found) return undefined;
    this.looks++;
    const evidence = this.judge(mask, batch.step);
    this.wasted = evidence ? this.wasted + 1 : 0;
    this.found = this.wasted >= this.limits.batches;
    return this.found ? evidence : undefined;
  };

  /** In a short run the first batch may be all that was looked at; a large one stands for the others. */
  readonly bye = (_bye: Bye, facts: RunFacts): Evidence | undefined => {
    const { firstBatch } = facts;
    const mask = firstBatch && maskOf(firstBatch.tensors, facts);
    const large = (mask?.shape[0] ?? 0) >= MANY_ROWS;
    return mask && large && this.looks < 2 && !this.found ? this.judge(mask, firstBatch.step) : undefined;
  };

  readonly skipped = (): Text | undefined =>
    this.looks > 0 ? undefined : text('No batches of tokens have been looked at.');

  private judge({ zeros = 0, shape }: Tensor, step: number): Evidence | undefined {
    const length = shape.length === 2 ? (shape[1] ?? 0) : 0;
    const wasted = zeros >= this.limits.share && zeros < 1 && length >= this.limits.length;
    return wasted ? { step, share: zeros, length } : undefined;
  }
}

export const paddingWaste = defineRule({
  id: 'padding-waste',
  title: text('Mostly padding'),
  status: 'preview',
  category: 'data',
  severity: 'hint',
  needs: ['batch'],
  thresholds,
  check: (limits) => new PaddingWasteCheck(limits),
  explain: ({ step, share, length }: Evidence) => ({
    severity: 'hint',
    step,
    message: text(
      'Padding makes up {0} % of the tokens in batches of length {1}.',
      readable(100 * share),
      length,
    ),
    explanation: text(
      'The model computes every position, padded or not: most of the time of a step is spent on nothing.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [
      { title: text('Pad each batch to its own longest sequence'), safety: 'suggestion' },
      { title: text('Put sequences of similar length into a batch'), safety: 'suggestion' },
    ],
    values: { share, length },
  }),
  docs: {
    what: 'Nearly all positions of the sequences in a batch are padding.',
    why: 'Padded positions cost as much as others: with four fifths of them, training takes five times as long as it needs to.',
    how: 'A mask in the batch, or else whole numbers that an embedding takes, where zero is the padding by custom, are zero to `share` or more in `batches` looked-at batches in a row, of sequences of `length` or more; at the end of a short run the only one that was looked at will do, if it holds sixteen or more.',
    fix: [
      'Pad no more than a batch needs:',
      '',
      '```python',
      '# before: everything to 512',
      "batch = tokenizer(texts, padding='max_length', max_length=512)",
      '# after: to the longest of the batch',
      "batch = tokenizer(texts, padding='longest')",
      '```',
      '',
      '```js',
      '// before',
      'const padded = rows.map((row) => [...row, ...Array(512 - row.length).fill(0)]);',
      '// after',
      'const longest = Math.max(...rows.map((row) => row.length));',
      'const padded = rows.map((row) => [...row, ...Array(longest - row.length).fill(0)]);',
      '```',
    ].join('\n'),
    wrong: 'Tokens whose most frequent one has the number zero and is no padding.',
  },
});
