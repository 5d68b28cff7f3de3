import { type Resources, SERIES } from '../../protocol/telemetry.js';
import { fromWire, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  gpu: number;
  utilization: number;
  seconds: number;
}

interface Limits {
  readonly utilization: number;
  readonly seconds: number;
}

const LOAD = new RegExp(`^${SERIES.gpu}(\\d+)/utilization$`);

/** One measurement a second, see the engine's monitor. */
class GpuIdleCheck implements Check<Evidence> {
  private readonly loads = new Map<number, { recent: SlidingMedian; seen: number }>();
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly resources = ({ step, values }: Resources): Evidence | undefined => {
    for (const [name, value] of Object.entries(values)) {
      const gpu = LOAD.exec(name)?.[1];
      // Before the first steps data are read and kernels compiled.
      if (gpu === undefined || this.found || step < 1) continue;
      const evidence = this.judge(Number(gpu), fromWire(value), step);
      if (evidence) return evidence;
    }
    return undefined;
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    [...facts.series].some((name) => LOAD.test(name))
      ? undefined
      : text('The load of a GPU was not measured.');

  private judge(gpu: number, load: number, step: number): Evidence | undefined {
    const { seconds, utilization } = this.limits;
    const known = this.loads.get(gpu) ?? { recent: new SlidingMedian(seconds), seen: 0 };
    this.loads.set(gpu, known);
    known.recent.add(load);
    const median = known.recent.median ?? 1;
    if (++known.seen < seconds || median >= utilization) return undefined;
    this.found = true;
    return { step, gpu, utilization: median, seconds };
  }
}

export const gpuIdle = defineRule({
  id: 'gpu-idle',
  title: text('GPU is idle most of the time'),
  status: 'preview',
  category: 'resources',
  severity: 'info',
  needs: ['resources'],
  thresholds: {
    utilization: {
      default: 0.2,
      minimum: 0,
      maximum: 1,
      unit: 'ratio',
      description: 'Median share of a second in which the GPU computed.',
      origin:
        'nvidia-smi counts a second with any kernel in it: small models show 0.3 to 0.6 while they are limited by Python; below 0.2 the GPU hardly matters.',
    },
    seconds: {
      default: 30,
      minimum: 5,
      maximum: 3600,
      unit: 'seconds',
      description: 'Measurements, one a second, that the median goes over.',
      origin: 'Half a minute is longer than saving a checkpoint or a short validation.',
    },
  },
  check: (limits) => new GpuIdleCheck(limits),
  explain: ({ step, gpu, utilization, seconds }: Evidence) => ({
    severity: 'info',
    step,
    message: text(
      'GPU {0} computed in {1} % of the last {2} s.',
      gpu,
      Math.round(utilization * 100),
      seconds,
    ),
    explanation: text(
      'The GPU waits for the script: for data, for the CPU to start many small kernels, or for results that are read after every step. The split of the step’s time shows for what.',
    ),
    anchor: 'loader',
    series: `${SERIES.gpu}${gpu}/utilization`,
    fixes: [
      { title: text('Load batches in worker processes (num_workers)'), safety: 'suggestion' },
      { title: text('Use larger batches'), safety: 'suggestion' },
      { title: text('Read losses and metrics less often'), safety: 'suggestion' },
    ],
    values: { gpu, utilization: readable(utilization), seconds },
  }),
  docs: {
    what: 'The GPU that the training runs on computes only now and then.',
    why: 'A faster GPU would not help, and the time of this one is wasted.',
    how: 'The engine asks nvidia-smi once a second for the load of the run’s GPUs. A median below `utilization` over `seconds` measurements since the first step is reported.',
    fix: [
      '```python',
      '# before',
      'loader = DataLoader(dataset, batch_size=32)',
      '# after',
      'loader = DataLoader(dataset, batch_size=256, num_workers=4, pin_memory=True, persistent_workers=True)',
      '```',
      '',
      '```js',
      '// before',
      'await model.fitDataset(dataset.batch(32), { epochs: 10 });',
      '// after',
      'await model.fitDataset(dataset.batch(256).prefetch(4), { epochs: 10 });',
      '```',
    ].join('\n'),
    wrong:
      'Reinforcement learning spends most of its time in the environment, and small models cannot fill a large GPU.',
  },
});
