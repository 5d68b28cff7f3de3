import { SERIES } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { LinearTrend } from '../linearTrend.js';
import { type Anchor, type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

type Kind = 'graphs' | 'tensors' | 'memory';

interface Evidence {
  kind: Kind;
  series: string;
  step: number;
  /** Graphs, tensors or bytes a step. */
  growth: number;
  now: number;
}

interface Limits {
  readonly graphs: number;
  readonly tensors: number;
  readonly bytes: number;
  readonly share: number;
  readonly warmUp: number;
  readonly steps: number;
}

/** Counts that rise in a line: fewer are no line. */
const EVEN_POINTS = 5;
const MEMORY = [SERIES.memoryDevice, SERIES.memoryProcess];

class MemoryGrowthCheck implements Check<Evidence> {
  private readonly tensors: LinearTrend;
  private readonly memory = new Map<string, LinearTrend>();
  private found = false;

  constructor(private readonly limits: Limits) {
    this.tensors = new LinearTrend(limits.warmUp);
    for (const series of MEMORY) this.memory.set(series, new LinearTrend(limits.warmUp));
  }

  readonly step = (step: StepView): Evidence | undefined => {
    if (this.found) return undefined;
    const evidence = this.graphsKept(step) ?? this.tensorsKept(step) ?? this.memoryGrows(step);
    this.found = evidence !== undefined;
    return evidence;
  };

  readonly skipped = (facts: RunFacts): Text | undefined => {
    const named = [SERIES.retainedGraphs, SERIES.tensors, ...MEMORY].some((series) =>
      facts.series.has(series),
    );
    return named ? undefined : text('The memory of the process was not measured.');
  };

  private graphsKept(step: StepView): Evidence | undefined {
    const now = step.scalar(SERIES.retainedGraphs);
    if (now === undefined || now < this.limits.graphs) return undefined;
    return { kind: 'graphs', series: SERIES.retainedGraphs, step: step.step, growth: 1, now };
  }

  private tensorsKept(step: StepView): Evidence | undefined {
    const now = step.scalar(SERIES.tensors);
    if (now === undefined) return undefined;
    this.tensors.add(step.step, now);
    const slope = this.tensors.evenSlope(EVEN_POINTS) ?? 0;
    if (slope < 0.5 || slope * this.tensors.span < this.limits.tensors) return undefined;
    return { kind: 'tensors', series: SERIES.tensors, step: step.step, growth: slope, now };
  }

  private memoryGrows(step: StepView): Evidence | undefined {
    for (const [series, trend] of this.memory) {
      const now = step.scalar(series);
      if (now === undefined) continue;
      trend.add(step.step, now);
      const grown = trend.slope * trend.span;
      if (trend.span < this.limits.steps) continue;
      if (trend.rising && grown > this.limits.bytes && grown > this.limits.share * trend.first) {
        return { kind: 'memory', series, step: step.step, growth: trend.slope, now };
      }
    }
    return undefined;
  }
}

const mebibytes = (bytes: number) => readable(bytes / 2 ** 20);

function message({ kind, growth, now }: Evidence): Text {
  if (kind === 'graphs') return text('The graphs of {0} earlier losses are still held in memory.', now);
  if (kind === 'tensors') {
    return text('The number of tensors grows by {0} a step; {1} are held now.', readable(growth), now);
  }
  return text('Memory grows by {0} MiB a step, to {1} MiB.', mebibytes(growth), mebibytes(now));
}

function explanation({ kind }: Evidence): Text {
  return kind === 'tensors'
    ? text(
        'A tensor that is made in a training loop has to be disposed of; tf.tidy does so for all that a function leaves behind.',
      )
    : text(
        'A loss carries the graph of everything it was computed from. Adding it to a total or to a list keeps that graph; the number alone does not.',
      );
}

function fixes({ kind }: Evidence): Text[] {
  return kind === 'tensors'
    ? [text('Wrap the step in tf.tidy, or dispose of what it made')]
    : [text('Keep loss.item(), not the loss itself'), text('Detach what is kept from one step to the next')];
}

const ANCHORS: Record<Kind, Anchor> = { graphs: 'loss', tensors: 'step', memory: 'backward' };

export const memoryGrowth = defineRule({
  id: 'memory-growth',
  title: text('Memory grows step by step'),
  status: 'stable',
  category: 'resources',
  severity: 'warning',
  needs: [SERIES.retainedGraphs, SERIES.tensors, SERIES.memoryProcess, SERIES.memoryDevice],
  thresholds: {
    graphs: {
      default: 16,
      minimum: 2,
      maximum: 256,
      unit: '1',
      description: 'Losses of steps before the last two whose graph is still alive.',
      origin:
        'A loop that keeps numbers keeps none; gradient accumulation and second-order methods keep those of one step.',
    },
    tensors: {
      default: 50,
      minimum: 1,
      maximum: 1e6,
      unit: '1',
      description: 'Tensors (TensorFlow.js) gained in a straight line.',
      origin: 'A sound loop holds the same number after every step: tf.memory().numTensors.',
    },
    bytes: {
      default: 256 * 2 ** 20,
      minimum: 2 ** 20,
      maximum: 2 ** 40,
      unit: 'bytes',
      description: 'Memory gained in a straight line.',
      origin: 'Allocators, caches and loaders grow by some ten megabytes before they settle.',
    },
    share: {
      default: 0.3,
      minimum: 0.01,
      maximum: 100,
      unit: 'ratio',
      description: 'The same as a share of what was held after the warm-up.',
      origin: 'Keeps large processes from being judged by fluctuations.',
    },
    steps: {
      default: 100,
      minimum: 16,
      maximum: 1e6,
      unit: 'steps',
      description: 'Steps since the warm-up before memory in general is judged.',
      origin:
        'Caches of an epoch’s data and of kernels fill up within the first hundred steps or so, and stay.',
    },
    warmUp: {
      default: 20,
      minimum: 1,
      maximum: 100000,
      unit: 'steps',
      description: 'First steps that are left out.',
      origin: 'Optimizer states and caches are made in the first steps.',
    },
  },
  check: (limits) => new MemoryGrowthCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'warning',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: ANCHORS[evidence.kind],
    series: evidence.series,
    fixes: fixes(evidence).map((title) => ({ title, safety: 'suggestion' as const })),
    values: { kind: evidence.kind, growthPerStep: evidence.growth, now: evidence.now },
  }),
  docs: {
    what: 'Something is kept from every step: the graph of its loss, tensors that nobody disposed of, or memory in general.',
    why: 'The training gets slower and ends in an out-of-memory error after hours, when it is least welcome.',
    how: [
      '- `retainedGraphs` counts the losses of earlier steps whose graph is alive: `graphs` of them are proof.',
      '- `memory/tensors` (TensorFlow.js) that rises in a straight line (to a tenth of the rise, over at least five measurements since the warm-up), by at least one every other step and `tensors` in all.',
      '- `memory/device` or `memory/process` that rises in each eighth of at least `steps` steps since the warm-up, by `bytes` and by `share` in all.',
    ].join('\n'),
    fix: [
      '```python',
      '# before',
      'total += loss',
      '# after',
      'total += loss.item()',
      '```',
      '',
      '```js',
      '// before',
      'const loss = optimizer.minimize(() => lossOf(x, y), true);',
      'losses.push(loss);',
      '// after',
      'const loss = optimizer.minimize(() => lossOf(x, y), true);',
      'losses.push(loss.dataSync()[0]);',
      'loss.dispose();',
      '```',
    ].join('\n'),
    wrong: 'A replay buffer or a cache that fills up for long grows in the same way until it is full.',
  },
});
