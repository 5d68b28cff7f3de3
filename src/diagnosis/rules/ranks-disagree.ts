import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type AcrossCheck, defineRule, type RankEvidence, type Ranks, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  ranks: [number, number];
  norms: [number, number];
  times: number;
}

interface Limits {
  readonly difference: number;
  readonly times: number;
}

/** Steps for which a norm is kept until the other ranks have told theirs. */
const KEPT = 4096;

class RanksDisagreeCheck implements AcrossCheck<Evidence> {
  /** By step: who told the first norm, and what. */
  private readonly norms = new Map<number, { rank: number; norm: number }>();
  private compared = 0;
  private apart = 0;
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (rank: number, step: StepView, ranks: Ranks): RankEvidence<Evidence> | undefined => {
    const norm = step.scalar(SERIES.gradNorm);
    if (this.found || norm === undefined || !Number.isFinite(norm)) return undefined;
    const other = this.norms.get(step.step);
    if (!other) this.keep(step.step, rank, norm);
    if (!other || other.rank === rank || !replicated(ranks)) return undefined;
    return this.compare(step.step, other, { rank, norm });
  };

  readonly skipped = (ranks: Ranks): Text | undefined => {
    if (!replicated(ranks)) return text('The ranks do not hold the same parameters.');
    return this.compared === 0 ? text('No step had its gradient measured on two ranks.') : undefined;
  };

  private keep(step: number, rank: number, norm: number): void {
    this.norms.set(step, { rank, norm });
    if (this.norms.size <= KEPT) return;
    const [oldest] = this.norms.keys();
    if (oldest !== undefined) this.norms.delete(oldest);
  }

  private compare(
    step: number,
    a: { rank: number; norm: number },
    b: { rank: number; norm: number },
  ): RankEvidence<Evidence> | undefined {
    this.compared++;
    const apart = Math.abs(a.norm - b.norm) > this.limits.difference * Math.max(a.norm, b.norm);
    this.apart = apart ? this.apart + 1 : 0;
    if (this.apart < this.limits.times) return undefined;
    this.found = true;
    const evidence: Evidence = { step, ranks: [a.rank, b.rank], norms: [a.norm, b.norm], times: this.apart };
    return { rank: a.rank, evidence };
  }
}

/** Every rank holds the whole model: neither sharded nor in stages. */
function replicated(ranks: Ranks): boolean {
  const models = [...ranks.values()].map(({ layers, parameters }) => ({
    sharded: layers?.layers.some(({ kind }) => /fsdp|fullysharded|deepspeed/i.test(kind)) ?? false,
    shapes: JSON.stringify(parameters?.parameters.map(({ name, shape }) => [name, shape])),
  }));
  return models.every(({ sharded, shapes }) => !sharded && shapes === models[0]?.shapes);
}

export const ranksDisagree = defineRule({
  id: 'ranks-disagree',
  title: text('Ranks train different models'),
  status: 'stable',
  category: 'resources',
  severity: 'error',
  needs: [SERIES.gradNorm],
  thresholds: {
    difference: {
      default: 0.01,
      minimum: 1e-9,
      maximum: 1,
      unit: 'ratio',
      description: 'Difference of the gradient norms of two ranks at one step, of the larger.',
      origin:
        'DistributedDataParallel gives every rank the same averaged gradient: the norms agree to rounding (1e-6). Gradients of different batches differ by far more than a hundredth.',
    },
    times: {
      default: 3,
      minimum: 1,
      maximum: 10000,
      unit: 'steps',
      description: 'Compared steps in a row that must differ.',
      origin: 'A step of which only one rank skipped the update under loss scaling differs once.',
    },
  },
  check: () => ({}),
  across: (limits) => new RanksDisagreeCheck(limits),
  explain: ({ step, ranks, norms, times }: Evidence) => ({
    severity: 'error',
    step,
    message: text(
      'Ranks {0} and {1} update by different gradients: their norms at step {2} are {3} and {4}.',
      ...ranks,
      step,
      ...[readable(norms[0]), readable(norms[1])],
    ),
    explanation: text(
      'In data-parallel training every rank applies the same averaged gradient. Here each rank trains a model of its own on a part of the data: the model is not wrapped, or its inner module is called instead of the wrapper.',
    ),
    anchor: 'backward',
    series: null,
    fixes: [
      { title: text('Wrap the model in DistributedDataParallel and call the wrapper'), safety: 'suggestion' },
    ],
    values: {
      firstRank: ranks[0],
      secondRank: ranks[1],
      firstNorm: norms[0],
      secondNorm: norms[1],
      steps: times,
    },
  }),
  docs: {
    what: 'Two processes of one training apply different gradients to what should be copies of one model.',
    why: 'Nothing is gained by the further processes: each learns from its own share of the data alone, and only one of the models is saved.',
    how: 'Steps whose gradient norm was measured on two ranks are compared. `times` of them in a row whose norms differ by more than `difference` of the larger are reported, if all ranks hold parameters of the same names and shapes and none is sharded.',
    fix: [
      '```python',
      '# before',
      'model = Net().to(device)',
      '# after',
      'model = torch.nn.parallel.DistributedDataParallel(Net().to(device))',
      '```',
      '',
      'TensorFlow.js trains in one process; average by hand where several are used:',
      '',
      '```js',
      '// before',
      'optimizer.applyGradients(own);',
      '// after',
      'optimizer.applyGradients(await averageOverProcesses(own));',
      '```',
    ].join('\n'),
    wrong:
      'Methods that let the ranks drift on purpose and average weights now and then (local SGD) are reported.',
  },
});
