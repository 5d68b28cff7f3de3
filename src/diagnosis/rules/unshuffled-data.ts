import type { Labels } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  batches: number;
  /** Classes that some batch consists of. */
  classes: number;
}

const thresholds = {
  batches: {
    default: 4,
    minimum: 3,
    maximum: 10000,
    unit: 'batches',
    description: 'Batches of an epoch that must have been seen.',
    origin:
      'Three of a single class, of two classes, in order: by chance less than once in a thousand epochs even with batches of eight examples of two classes; two of four with batches of sixteen less often still.',
  },
  examples: {
    default: 8,
    minimum: 2,
    maximum: 10000,
    unit: 'examples',
    description: 'Examples a batch must have to count.',
    origin: 'Eight of eight alike happen by chance in 0.8 % of batches of two classes, and not in a row.',
  },
  share: {
    default: 0.9,
    minimum: 0.5,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of its most frequent class from which on a batch counts as of one class.',
    origin: 'Leaves room for labels that are wrong.',
  },
};

interface Block {
  step: number;
  /** Class that the batch consists of, -1 when it is mixed. */
  of: number;
  /** Classes that are more than wrong labels in it. */
  present: Set<number>;
  /** Examples. */
  size: number;
}

/** True when no class comes back after it was absent from a batch. */
function isInOrder(blocks: readonly Block[]): boolean {
  const classes = new Set(blocks.flatMap(({ present }) => [...present]));
  return [...classes].every((one) => {
    const at = blocks.flatMap(({ present }, i) => (present.has(one) ? [i] : []));
    return (at.at(-1) ?? 0) - (at[0] ?? 0) === at.length - 1;
  });
}

/** Batches of a single class, of two classes at least; and of batches twice as large as they must be. */
const LEAST_PURE = 3;
const LEAST_LARGE_PURE = 2;

class UnshuffledDataCheck implements Check<Evidence> {
  private pass: number | undefined;
  private blocks: Block[] = [];
  private found = false;
  private looked = false;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly labels = ({ step, epoch, counts }: Labels, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.looked = true;
    if (epoch !== this.pass || (this.blocks.at(-1)?.step ?? step) < step - 1) this.blocks = [];
    this.pass = epoch;
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (all < this.limits.examples) return undefined;
    const { share } = this.limits;
    const present = new Set(counts.flatMap((count, i) => (count > (1 - share) * all ? [i] : [])));
    this.blocks.push({ step, of: counts.findIndex((count) => count >= share * all), present, size: all });
    return this.judge(step, facts);
  };

  readonly skipped = (): Text | undefined =>
    this.looked ? undefined : text('No labels have been looked at.');

  private judge(step: number, facts: RunFacts): Evidence | undefined {
    const { length } = this.blocks;
    const pure = this.blocks.filter(({ of }) => of >= 0);
    const classes = new Set(pure.map(({ of }) => of)).size;
    const large = this.blocks.every(({ size }) => size >= 2 * this.limits.examples);
    const least = large ? LEAST_LARGE_PURE : LEAST_PURE;
    const enough = length >= this.limits.batches && pure.length >= least && 2 * pure.length >= length;
    if (!enough || classes < 2 || !isInOrder(this.blocks) || isOnPurpose(facts)) return undefined;
    this.found = true;
    return { step, batches: length, classes };
  }
}

/** A loader that shuffles, or the real and the made up of an adversary by turns. */
function isOnPurpose(facts: RunFacts): boolean {
  const shuffled = facts.loaders.some(({ role, shuffled: is }) => role === 'train' && is === true);
  return shuffled || hasSeveralObjectives(facts);
}

export const unshuffledData = defineRule({
  id: 'unshuffled-data',
  title: text('Data sorted by label'),
  status: 'stable',
  category: 'data',
  severity: 'warning',
  needs: ['labels'],
  thresholds,
  check: (limits) => new UnshuffledDataCheck(limits),
  explain: ({ step, batches, classes }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'The training data is sorted by label: the first {0} batches of the epoch hold one class after the other, {1} so far.',
      batches,
      classes,
    ),
    explanation: text(
      'Each batch teaches to answer its one class whatever the input is, and the next class undoes it. The loss falls within a class and jumps at the next.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [{ title: text('Shuffle the training data in every epoch'), safety: 'safe' }],
    values: { batches, classes },
  }),
  docs: {
    what: 'The batches of an epoch hold one class after the other: the data is sorted by label and is not shuffled.',
    why: 'Stochastic gradient descent needs batches that stand for the whole data. Of a batch of one class the easiest thing to learn is to answer that class always; the next one undoes it, and at the end of the epoch the model knows the last class best.',
    how: 'The labels of successive batches from the start of an epoch are counted. Of `batches` batches or more, each of `examples` examples or more, at least three (two, where they have twice as many) and at least half consist of a single class to `share`, these are of two classes at least, and no class comes back after it was absent: by chance that does not happen. Loaders that shuffle, and adversarial training, whose real and made up examples come by turns, are not judged. Data that is not shuffled but mixed is not reported.',
    fix: [
      'Let the loader shuffle:',
      '',
      '```python',
      '# before',
      'loader = DataLoader(train_set, batch_size=32)',
      '# after',
      'loader = DataLoader(train_set, batch_size=32, shuffle=True)',
      '```',
      '',
      '```js',
      '// before',
      'const batches = dataset.batch(32);',
      '// after: a buffer as large as the data',
      'const batches = dataset.shuffle(size).batch(32);',
      '```',
    ].join('\n'),
    wrong: 'Learning one class after the other on purpose (continual learning) looks the same.',
  },
});
