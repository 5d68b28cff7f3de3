import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { type AcrossCheck, defineRule, type RankEvidence, type Ranks, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  ranks: [number, number];
  batches: number;
}

interface Limits {
  readonly batches: number;
}

const KEPT = 4096;

class RanksShareDataCheck implements AcrossCheck<Evidence> {
  private readonly first = new Map<number, { rank: number; fingerprint: number }>();
  private readonly distinct = new Set<number>();
  private compared = 0;
  private equal = 0;
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (rank: number, step: StepView): RankEvidence<Evidence> | undefined => {
    const fingerprint = step.scalar(SERIES.batchFingerprint);
    if (this.found || fingerprint === undefined || this.first.size > KEPT) return undefined;
    const other = this.first.get(step.step);
    if (!other) this.first.set(step.step, { rank, fingerprint });
    if (!other || other.rank === rank) return undefined;
    this.compared++;
    if (other.fingerprint !== fingerprint) {
      this.equal = -Infinity;
      return undefined;
    }
    this.equal++;
    this.distinct.add(fingerprint);
    return this.judge(step.step, other.rank, rank);
  };

  readonly skipped = (_ranks: Ranks): Text | undefined =>
    this.compared === 0 ? text('No batches of two ranks could be compared.') : undefined;

  private judge(step: number, a: number, b: number): RankEvidence<Evidence> | undefined {
    // A data set of a single batch is the same everywhere.
    if (this.equal < this.limits.batches || this.distinct.size < this.limits.batches / 2) return undefined;
    this.found = true;
    return { rank: a, evidence: { step, ranks: [a, b], batches: this.equal } };
  }
}

export const ranksShareData = defineRule({
  id: 'ranks-share-data',
  title: text('Ranks train on the same batches'),
  status: 'stable',
  category: 'resources',
  severity: 'error',
  needs: [SERIES.batchFingerprint],
  thresholds: {
    batches: {
      default: 4,
      minimum: 2,
      maximum: 1000,
      unit: 'batches',
      description:
        'Batches that must be equal on two ranks, from the first on, half of them different from each other.',
      origin:
        'Samplers that split the data never give two ranks the same batch; one coincidence is possible in tiny data sets.',
    },
  },
  check: () => ({}),
  across: (limits) => new RanksShareDataCheck(limits),
  explain: ({ step, ranks, batches }: Evidence) => ({
    severity: 'error',
    step,
    message: text('Ranks {0} and {1} got the same {2} batches.', ...ranks, batches),
    explanation: text(
      'Each rank is meant to train on its own part of the data. On the same batches the gradients are the same, and the further processes compute what one of them knows already.',
    ),
    anchor: 'loader',
    series: null,
    fixes: [{ title: text('Give the loader a DistributedSampler'), safety: 'suggestion' }],
    values: { firstRank: ranks[0], secondRank: ranks[1], batches },
  }),
  docs: {
    what: 'Every process of a data-parallel training gets the same batches.',
    why: 'The effective batch is as small as with one process; the others are wasted, and the learning rate that was raised for them is too high.',
    how: 'Fingerprints of the batches of the same step are compared between ranks. `batches` equal ones from the start, and none that differ, are reported.',
    fix: [
      '```python',
      '# before',
      'loader = DataLoader(dataset, batch_size=32)',
      '# after',
      'sampler = torch.utils.data.distributed.DistributedSampler(dataset)',
      'loader = DataLoader(dataset, batch_size=32, sampler=sampler)',
      '```',
      '',
      '```js',
      '// before',
      'const own = dataset.batch(32);',
      '// after: every process takes its own part',
      'const own = dataset.shard(processes, index).batch(32);',
      '```',
    ].join('\n'),
    wrong:
      'Model-parallel training, in which several processes compute one batch together, is reported; switch the rule off for it.',
  },
});
