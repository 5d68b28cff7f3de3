import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';
import { SlidingMedian } from '../slidingMedian.js';

interface Evidence {
  step: number;
  available: string;
  seconds: number;
  weights: number;
}

interface Limits {
  readonly seconds: number;
  readonly steps: number;
}

class ModelOnCpuCheck implements Check<Evidence> {
  private readonly times: SlidingMedian;
  private seen = 0;
  private found = false;

  constructor(private readonly limits: Limits) {
    this.times = new SlidingMedian(limits.steps);
  }

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    const seconds = step.scalar(SERIES.timeStep);
    if (this.found || seconds === undefined || !onCpu(facts)) return undefined;
    this.times.add(seconds);
    this.seen++;
    const median = this.times.median ?? 0;
    if (this.seen < this.limits.steps || median < this.limits.seconds) return undefined;
    this.found = true;
    return {
      step: step.step,
      available: accelerator(facts) ?? '',
      seconds: median,
      weights: weightsOf(facts),
    };
  };

  readonly skipped = (facts: RunFacts): Text | undefined =>
    accelerator(facts) === undefined ? text('No accelerator is available to this process.') : undefined;
}

function accelerator({ runtime }: RunFacts): string | undefined {
  return runtime?.available?.find((name) => name !== 'cpu' && name !== runtime.backend);
}

function onCpu(facts: RunFacts): boolean {
  const parameters = facts.parameters?.parameters ?? [];
  return (
    accelerator(facts) !== undefined &&
    parameters.length > 0 &&
    parameters.every(({ device }) => device === 'cpu' || device === 'wasm')
  );
}

function weightsOf({ parameters }: RunFacts): number {
  const sizes = parameters?.parameters.map(({ shape }) => shape.reduce((all, size) => all * size, 1));
  return sizes?.reduce((sum, size) => sum + size, 0) ?? 0;
}

export const modelOnCpu = defineRule({
  id: 'model-on-cpu',
  title: text('Model on the CPU while an accelerator is free'),
  status: 'stable',
  category: 'resources',
  severity: 'warning',
  needs: [SERIES.timeStep],
  thresholds: {
    seconds: {
      default: 0.03,
      minimum: 0,
      maximum: 3600,
      unit: 'seconds',
      description: 'Median time of a step from which on an accelerator is worth it.',
      origin:
        'Below some ten milliseconds, starting kernels and moving batches costs what the accelerator saves.',
    },
    steps: {
      default: 20,
      minimum: 3,
      maximum: 10000,
      unit: 'steps',
      description: 'Steps that the median goes over.',
      origin: 'The first steps are slower than the rest.',
    },
  },
  check: (limits) => new ModelOnCpuCheck(limits),
  explain: ({ step, available, seconds, weights }: Evidence) => ({
    severity: 'warning',
    step,
    message: text(
      'All {0} weights are on the CPU, at {1} ms a step, while {2} is available.',
      weights,
      readable(seconds * 1000),
      available,
    ),
    explanation: text(
      'Nothing moves a model to an accelerator by itself. Move the model before the optimizer is built, and every batch inside the loop.',
    ),
    anchor: 'optimizer',
    series: SERIES.timeStep,
    fixes: [{ title: text('Move the model and the batches to the accelerator'), safety: 'suggestion' }],
    values: { available, seconds, weights },
  }),
  docs: {
    what: 'Every parameter of the model is on the CPU although the framework could compute on an accelerator of this machine.',
    why: 'The training takes many times longer than it has to.',
    how: 'The probe says which accelerators the framework could use. Reported when every parameter is on the CPU and the median step takes at least `seconds` over `steps` steps.',
    fix: [
      '```python',
      '# before',
      'model = Net()',
      'optimizer = torch.optim.AdamW(model.parameters())',
      '# after',
      'device = "cuda" if torch.cuda.is_available() else "cpu"',
      'model = Net().to(device)',
      'optimizer = torch.optim.AdamW(model.parameters())',
      'for x, y in loader:',
      '    x, y = x.to(device), y.to(device)',
      '```',
      '',
      '```js',
      '// before',
      "import * as tf from '@tensorflow/tfjs';",
      '// after',
      "import * as tf from '@tensorflow/tfjs-node-gpu';",
      '```',
    ].join('\n'),
    wrong:
      'The accelerator may be left to somebody else on purpose: hide it from the process (`CUDA_VISIBLE_DEVICES=`, or `gpus` in the launch configuration).',
  },
});
