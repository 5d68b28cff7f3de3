import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type AcrossCheck, defineRule, type RankEvidence, type Ranks, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  rank: number;
  own: number;
  others: number;
  part: 'data' | 'forward';
}

interface Limits {
  readonly factor: number;
  readonly seconds: number;
  readonly share: number;
  readonly steps: number;
}

class Pace {
  readonly data: SlidingMedian;
  readonly forward: SlidingMedian;
  readonly whole: SlidingMedian;
  seen = 0;

  constructor(window: number) {
    this.data = new SlidingMedian(window);
    this.forward = new SlidingMedian(window);
    this.whole = new SlidingMedian(window);
  }

  /** Seconds of a step before the ranks wait for each other. */
  get own(): number {
    return (this.data.median ?? 0) + (this.forward.median ?? 0);
  }
}

class StalledRankCheck implements AcrossCheck<Evidence> {
  private readonly paces = new Map<number, Pace>();
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (rank: number, step: StepView): RankEvidence<Evidence> | undefined => {
    const whole = step.scalar(SERIES.timeStep);
    if (this.found || whole === undefined) return undefined;
    const pace = this.paces.get(rank) ?? new Pace(this.limits.steps);
    this.paces.set(rank, pace);
    pace.whole.add(whole);
    pace.data.add(step.scalar(SERIES.timeData) ?? 0);
    pace.forward.add(step.scalar(SERIES.timeForward) ?? 0);
    pace.seen++;
    return pace.seen >= this.limits.steps ? this.judge(step.step) : undefined;
  };

  readonly skipped = (_ranks: Ranks): Text | undefined =>
    this.measured().length < 2 ? text('Too few steps of two ranks were timed.') : undefined;

  private measured(): [number, Pace][] {
    return [...this.paces].filter(([, { seen }]) => seen >= this.limits.steps);
  }

  /** The slowest rank against the next one, whichever of them has just told a step. */
  private judge(step: number): RankEvidence<Evidence> | undefined {
    const [first, next] = this.measured().sort(([, a], [, b]) => b.own - a.own);
    if (!first || !next) return undefined;
    const [rank, pace] = first;
    const slowest = next[1].own;
    const lost = pace.own - slowest;
    const tooSmall = lost < this.limits.seconds || lost < this.limits.share * (pace.whole.median ?? Infinity);
    if (tooSmall || pace.own < this.limits.factor * slowest) return undefined;
    this.found = true;
    const part = (pace.data.median ?? 0) > (pace.forward.median ?? 0) ? 'data' : 'forward';
    return { rank, evidence: { step, rank, own: pace.own, others: slowest, part } };
  }
}

export const stalledRank = defineRule({
  id: 'stalled-rank',
  title: text('One rank holds up the others'),
  status: 'stable',
  category: 'resources',
  severity: 'warning',
  needs: [SERIES.timeStep],
  thresholds: {
    factor: {
      default: 1.5,
      minimum: 1.01,
      maximum: 1000,
      unit: 'ratio',
      description:
        'Median time of a rank before the ranks wait for each other, over that of the next slowest.',
      origin: 'Equal processes on equal hardware stay within a few per cent (arXiv:2006.15704).',
    },
    seconds: {
      default: 0.02,
      minimum: 0,
      maximum: 3600,
      unit: 'seconds',
      description: 'Time lost at a step.',
      origin: 'Below, scheduling of processes on one machine makes such differences.',
    },
    share: {
      default: 0.25,
      minimum: 0,
      maximum: 1,
      unit: 'ratio',
      description: 'The same as a share of the step.',
      origin: 'A quarter of the time of all the other ranks is worth a look.',
    },
    steps: {
      default: 20,
      minimum: 3,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps that the medians go over.',
      origin: 'The first steps are slower than the rest, not equally on every rank.',
    },
  },
  check: () => ({}),
  across: (limits) => new StalledRankCheck(limits),
  explain: ({ step, rank, own, others, part }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'Rank {0} needs {1} ms for data and forward pass, the next slowest {2} ms: all others wait for it.',
      rank,
      readable(own * 1000),
      readable(others * 1000),
    ),
    explanation: text(
      'Gradients are averaged over all ranks, so a step takes as long as on the slowest. Look at what differs there: its share of the data, its disk, other processes on its machine or GPU.',
    ),
    anchor: part === 'data' ? 'loader' : 'backward',
    series: SERIES.timeStep,
    fixes: [
      { title: text('Give every rank the same amount of work'), safety: 'suggestion' },
      { title: text('Look for other processes on the machine of the slow rank'), safety: 'suggestion' },
    ],
    values: { slowRank: rank, ownSeconds: own, othersSeconds: others, part },
  }),
  docs: {
    what: 'One process of a data-parallel training is slower than all others, which wait for it at every step.',
    why: 'The time of every other process is lost, and adding more of them does not help.',
    how: 'Waiting for data and the forward pass happen before the ranks wait for each other, in the backward pass. The median of their sum over `steps` steps is compared with that of the next slowest rank: `factor` times as long, `seconds` and `share` of the step longer are reported.',
    fix: [
      '```python',
      '# before: one long sequence makes a rank slow',
      'loader = DataLoader(dataset, batch_size=32, sampler=DistributedSampler(dataset))',
      '# after: batches of like length',
      'loader = DataLoader(dataset, batch_sampler=LengthGroupedDistributedSampler(dataset, 32))',
      '```',
      '',
      '```js',
      '// before',
      'const own = files.filter((_, i) => i % processes === index);',
      '// after: parts of like size',
      'const own = splitBySize(files, processes)[index];',
      '```',
    ].join('\n'),
    wrong: 'Where the ranks share the cores of one machine, the differences are those of the machine.',
  },
});
