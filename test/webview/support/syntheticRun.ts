/** A run made of formulas, behind the interface of a real one: what the page is tested on without any training. */
import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type {
  FrameRequest,
  ParameterFrame,
  RunClient,
  RunMethod,
  RunNotification,
  RunNotifications,
  RunRequests,
  RunSnapshot,
  SeriesFrame,
  SeriesInfo,
  XAxis,
} from '../../../src/protocol/runApi.js';
import { text, toWire } from '../../../src/protocol/values.js';

export interface Points {
  steps: number[];
  values: number[];
}

const STEPS_PER_EPOCH = 100;
const SECONDS_PER_STEP = 0.05;

export class SyntheticRun implements RunClient {
  readonly requests: { method: RunMethod; params: unknown }[] = [];
  private readonly emitter = new EventEmitter();
  /** Answers that fail with this message, by method. */
  readonly failures = new Map<RunMethod, string>();

  constructor(
    readonly snapshot: RunSnapshot,
    readonly points: Map<string, Points>,
  ) {
    snapshot.series = [...points].map(([name, value]) => seriesInfo(name, value));
  }

  async request<M extends RunMethod>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']> {
    this.requests.push({ method, params });
    const failure = this.failures.get(method);
    if (failure !== undefined) throw new Error(failure);
    return await this.answer(method, params);
  }

  on<N extends RunNotification>(
    name: N,
    listener: (params: RunNotifications[N]) => void,
  ): { dispose(): void } {
    this.emitter.on(name, listener);
    return { dispose: () => void this.emitter.off(name, listener) };
  }

  onClosed(listener: () => void): { dispose(): void } {
    this.emitter.on('closed', listener);
    return { dispose: () => void this.emitter.off('closed', listener) };
  }

  dispose(): void {
    this.emitter.removeAllListeners();
  }

  /** The engine goes away without a word. */
  close(): void {
    this.emitter.emit('closed');
  }

  notify<N extends RunNotification>(name: N, params: RunNotifications[N]): void {
    this.emitter.emit(name, params);
  }

  /** Appends points and says so, as the engine does. */
  grow(series: string, values: number[]): void {
    const points = this.points.get(series) ?? { steps: [], values: [] };
    this.points.set(series, points);
    for (const value of values) {
      points.steps.push((points.steps[points.steps.length - 1] ?? -1) + 1);
      points.values.push(value);
    }
    const info = seriesInfo(series, points);
    const index = this.snapshot.series.findIndex((one) => one.name === series);
    if (index < 0) this.snapshot.series.push(info);
    else this.snapshot.series[index] = info;
    this.snapshot.summary.steps = Math.max(this.snapshot.summary.steps, points.values.length);
    this.notify('progress', { summary: { ...this.snapshot.summary }, series: [info] });
  }

  private async answer(method: RunMethod, params: unknown): Promise<unknown> {
    switch (method) {
      case 'attach':
      case 'snapshot':
        return structuredClone(this.snapshot);
      case 'frames':
        return (params as FrameRequest).series.flatMap((series) =>
          this.frame(series, params as FrameRequest),
        );
      case 'parameterFrame':
        return parameterFrame((params as RunRequests['parameterFrame']['params']).width);
      case 'exportCsv':
        await writeFile((params as RunRequests['exportCsv']['params']).file, 'step,loss\n0,1\n');
        return { rows: 1 };
      default:
        return null;
    }
  }

  private frame(series: string, { x, from = -Infinity, to = Infinity, width }: FrameRequest): SeriesFrame[] {
    const points = this.points.get(series);
    if (!points) return [];
    const shown = points.steps.flatMap((step, index) => {
      const at = toAxis(step, x);
      return at >= from && at <= to ? [{ at, value: points.values[index] ?? Number.NaN }] : [];
    });
    return [bucketed(series, shown, width)];
  }
}

function toAxis(step: number, x: XAxis): number {
  if (x === 'step') return step;
  return x === 'epoch' ? step / STEPS_PER_EPOCH : step * SECONDS_PER_STEP;
}

function bucketed(series: string, points: { at: number; value: number }[], width: number): SeriesFrame {
  const stride = Math.max(1, Math.ceil(points.length / width));
  const buckets = Array.from({ length: Math.ceil(points.length / stride) }, (_none, index) =>
    points.slice(index * stride, (index + 1) * stride),
  );
  const finite = buckets.map((bucket) => bucket.map((point) => point.value).filter(Number.isFinite));
  const reduce = (each: (values: number[]) => number) =>
    base64(Float32Array.from(finite, (values) => (values.length > 0 ? each(values) : Number.NaN)));
  return {
    series,
    x: base64(Float64Array.from(buckets, (bucket) => bucket[0]?.at ?? 0)),
    min: reduce((values) => Math.min(...values)),
    max: reduce((values) => Math.max(...values)),
    mean: reduce((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    nonFinite: base64(
      Uint32Array.from(buckets, (bucket, index) => bucket.length - (finite[index]?.length ?? 0)),
    ),
    stride,
  };
}

function parameterFrame(width: number): ParameterFrame {
  const names = ['conv1', 'conv2', 'fc1', 'fc2'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
  const steps = Array.from({ length: Math.min(width, 60) }, (_none, index) => index * 10);
  const values = names.flatMap((_name, row) =>
    steps.map((_step, column) => Math.exp(-row / 2 - column / 25)),
  );
  return { names, steps, values: base64(Float32Array.from(values)) };
}

function seriesInfo(name: string, { steps, values }: Points): SeriesInfo {
  const finite = values.filter(Number.isFinite);
  return {
    name,
    rank: 0,
    label: null,
    points: steps.length,
    firstStep: steps[0] ?? 0,
    lastStep: steps[steps.length - 1] ?? 0,
    last: toWire(values[values.length - 1] ?? Number.NaN),
    min: toWire(finite.reduce((least, value) => Math.min(least, value), Infinity)),
    max: toWire(finite.reduce((most, value) => Math.max(most, value), -Infinity)),
  };
}

function base64(array: Float64Array | Float32Array | Uint32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

/** Deterministic noise between -1 and 1. */
export function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return 2 * (value - Math.floor(value)) - 1;
}

/** Learning rate by share of the training done. */
const cosine = (share: number) => 0.05 * (1 + Math.cos(Math.PI * share));

/** A classifier of ten classes, trained for `steps` steps, with NaN in the loss from `nanFrom` to `nanTo`. */
export function classifierRun(steps = 1000, nan: { from: number; to: number } | null = null): SyntheticRun {
  const every = (stride: number, value: (step: number) => number, start = 0): Points => {
    const at = Array.from(
      { length: Math.floor((steps - start) / stride) },
      (_none, index) => start + index * stride,
    );
    return { steps: at, values: at.map(value) };
  };
  const decay = (step: number) => Math.exp(-step / (steps / 5));
  const isNan = (step: number) => nan !== null && step >= nan.from && step < nan.to;
  const loss = (step: number) => (isNan(step) ? Number.NaN : 0.25 + 2.05 * decay(step) + 0.12 * noise(step));
  const validation = (step: number) => 0.35 + 1.9 * decay(step) + 0.25 * Math.max(0, step / steps - 0.6);
  const points = new Map<string, Points>([
    ['loss', every(1, loss)],
    ['validation/loss', every(STEPS_PER_EPOCH, validation, STEPS_PER_EPOCH - 1)],
    ['accuracy', every(1, (step) => 0.95 - 0.85 * decay(step) + 0.03 * noise(step + 7))],
    ['validation/accuracy', every(STEPS_PER_EPOCH, (step) => 0.92 - 0.8 * decay(step), STEPS_PER_EPOCH - 1)],
    ['lr/0', every(1, (step) => cosine(step / (steps * 1.5)))],
    ['gradNorm', every(1, (step) => 0.6 + 3 * decay(step) + 0.4 * Math.abs(noise(step + 3)))],
    ['clipNorm', every(1, () => 2)],
    ['updateRatio', every(1, (step) => 2e-3 * (0.3 + decay(step)) * (1 + 0.4 * noise(step + 5)))],
    ['weightNorm', every(5, (step) => 12 + step / 400)],
    ['time/data', every(1, (step) => 0.006 + 0.002 * Math.abs(noise(step)))],
    ['time/forward', every(1, (step) => 0.012 + 0.001 * noise(step + 1))],
    ['time/backward', every(1, (step) => 0.02 + 0.001 * noise(step + 2))],
    ['time/optimizer', every(1, () => 0.005)],
    ['time/step', every(1, (step) => 0.046 + 0.003 * Math.abs(noise(step)))],
    ['memory/process', every(10, (step) => 6.2e8 + step * 2e4)],
    ['gpu/0/memory', every(10, () => 3.1e9)],
    ['gpu/0/utilization', every(10, (step) => 0.82 + 0.1 * noise(step))],
    ['samples', every(1, () => 64)],
    ['metric/train_f1', every(20, (step) => 0.9 - 0.7 * decay(step))],
    ['metric/val_f1', every(50, (step) => 0.86 - 0.7 * decay(step))],
  ]);
  return new SyntheticRun(classifierSnapshot(steps), points);
}

function classifierSnapshot(steps: number): RunSnapshot {
  const epochs = Math.floor(steps / STEPS_PER_EPOCH);
  const place = (line: number) => ({ file: '/home/user/digits/train.py', line });
  return {
    summary: {
      id: '20261120-120000-digits',
      name: 'digits: train.py',
      directory: '/home/user/digits/.training-debugger/runs/20261120-120000-digits',
      status: 'running',
      problem: null,
      problemSource: null,
      startedAt: 1_790_000_000,
      endedAt: null,
      exitCode: null,
      steps,
      epoch: epochs,
      totalSteps: Math.round(steps * 1.5),
      totalEpochs: Math.round(epochs * 1.5),
      loss: { first: 2.302, last: 0.2612, best: 0.1987, bestStep: Math.round(steps * 0.97) },
      validation: { first: 2.1, last: 0.451, best: 0.4037, bestStep: Math.round(steps * 0.699) },
      runtime: {
        framework: 'pytorch',
        version: '2.9.0',
        backend: 'cpu',
        device: 'AMD EPYC 9554',
        reason: text('PyTorch {0} was built without CUDA: install a CUDA build to use the GPU.', '2.9.0'),
      },
      ranks: 1,
      findings: { error: 1, warning: 1, info: 0, hint: 0 },
    },
    series: [],
    losses: [
      {
        series: 'loss',
        label: 'loss',
        function: 'cross_entropy',
        expected: Math.log(10),
        expectedFormula: 'ln(10)',
        source: place(41),
      },
    ],
    findings: [
      {
        id: 'f1',
        rule: 'gradient-exploding',
        cause: null,
        severity: 'error',
        step: Math.round(steps * 0.3),
        rank: 0,
        message: text('The gradient norm rose {0}-fold within {1} steps, to {2}.', 48, 12, 127.4),
        explanation: text(
          'An update this large usually destroys what the model has learned. Lower the learning rate or clip the gradient.',
        ),
        evidence: { ratio: 48, usual: 2.6541234 },
        series: 'gradNorm',
        source: place(44),
        fixes: [
          { title: text('Clip the gradient to norm {0} before the optimizer step', 1), safety: 'suggestion' },
        ],
        causes: [
          {
            id: 'learning-rate-too-high',
            title: text('The learning rate is too high'),
            because: text('One update moved the weights by {0} of their norm.', 0.4),
            fix: text('Lower the learning rate to {0}', 0.01),
            source: place(33),
          },
          {
            id: 'no-clipping',
            title: text('The gradient is not clipped'),
            because: text('No clipping was seen.'),
            fix: text('Clip the gradient'),
            source: null,
          },
        ],
      },
      {
        id: 'f2',
        rule: 'initial-loss',
        cause: null,
        severity: 'warning',
        step: 0,
        rank: 0,
        message: text(
          'The first loss is {0}, but an untrained classifier of {1} classes has {2}.',
          4.61,
          10,
          2.303,
        ),
        explanation: text('Check the initialisation of the last layer and the scale of the inputs.'),
        evidence: { first: 4.61 },
        series: 'loss',
        source: place(41),
        fixes: [],
      },
    ],
    checks: [
      { rule: 'initial-loss', status: 'ran', reason: null },
      { rule: 'loss-scale', status: 'skipped', reason: text('no mixed precision is used') },
      {
        rule: 'no-warmup',
        status: 'ran',
        reason: text('Suppressed by a comment in {0}.', 'train.py:33'),
        suppressed: [place(33)],
      },
    ],
    notices: [{ code: 'backend-fallback', level: 'info', message: text('Training runs on the CPU.') }],
    places: [
      { kind: 'loader', label: 'train_loader, batch size 64', source: place(18) },
      { kind: 'optimizer', label: 'AdamW, 8 parameters', source: place(33) },
      { kind: 'loss', label: 'cross_entropy', source: place(41) },
      { kind: 'backward', label: 'loss', source: place(42) },
      { kind: 'step', label: 'optimizer', source: place(44) },
    ],
    epochs: Array.from({ length: epochs }, (_none, epoch) => ({
      epoch,
      step: (epoch + 1) * STEPS_PER_EPOCH,
      time: (epoch + 1) * STEPS_PER_EPOCH * SECONDS_PER_STEP,
    })),
    console: Array.from({ length: 12 }, (_none, epoch) => ({
      stream: 'stdout' as const,
      text: `epoch ${epoch + 1}: loss ${(2.3 * Math.exp(-epoch / 3)).toFixed(4)}\n`,
      dropped: 0,
    })),
    stop: null,
    checkpoints: [],
    changes: [],
    planned: {
      learningRate: Array.from({ length: 26 }, (_none, index) => {
        const step = steps * (1 + index / 50);
        return { step, value: cosine(step / (steps * 1.5)) };
      }),
    },
  };
}
