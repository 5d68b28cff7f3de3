/** What rules may ask about a run, gathered from the messages of one rank. */
import {
  type ActivationMeasures,
  type Batch,
  type ClippingSeen,
  type Hello,
  type LayersSeen,
  type LoaderSeen,
  type LossSeen,
  type OptimizerSeen,
  type OriginSeen,
  type ParametersSeen,
  type Plan,
  type ProbeMessage,
  type RuntimeSeen,
  type SchedulerCalled,
  type SchedulerSeen,
  SERIES,
  type Validation,
} from '../protocol/telemetry.js';
import { fromWire, type SourceLine, type WireNumber } from '../protocol/values.js';
import type { Anchor, RunFacts, SeriesSummary } from './rule.js';

/** Where to point instead, when the line of a construct is not known. */
const NEAREST: Record<Anchor, readonly Anchor[]> = {
  loss: ['loss', 'backward', 'step', 'optimizer'],
  backward: ['backward', 'loss', 'step', 'optimizer'],
  step: ['step', 'backward', 'optimizer', 'loss'],
  optimizer: ['optimizer', 'step', 'backward'],
  scheduler: ['scheduler', 'optimizer', 'step'],
  loader: ['loader', 'loss', 'backward'],
  layer: ['layer', 'loss', 'backward'],
  clipping: ['clipping', 'step', 'backward', 'optimizer'],
  validation: ['validation', 'loss', 'backward'],
};

/** Index of the optimizer that a series is about: `gradNorm/1` is the second's. */
export function optimizerOf(series: string): number {
  const match = /\/(\d+)/.exec(series);
  return match ? Number(match[1]) : 0;
}

/** Puts a message into a list in place of the one with the same id. */
function upsert<T extends { id: number }>(list: T[], item: T): void {
  const at = list.findIndex(({ id }) => id === item.id);
  if (at < 0) list.push(item);
  else list[at] = item;
}

type Summary = { -readonly [K in keyof SeriesSummary]: SeriesSummary[K] };

/** Takes a stretch of values into a summary, a fresh one where there is none; undefined without any value. */
function summarise(
  values: readonly (WireNumber | null)[],
  first: number,
  known: Summary | undefined,
): Summary | undefined {
  let summary = known;
  for (let i = 0; i < values.length; i++) {
    const wire = values[i];
    if (wire === null || wire === undefined) continue;
    const value = fromWire(wire);
    summary ??= { first: value, firstStep: first + i, last: value, largest: NaN, smallest: NaN };
    summary.last = value;
    if (!Number.isFinite(value)) continue;
    if (!(value <= summary.largest)) summary.largest = value;
    if (!(value >= summary.smallest)) summary.smallest = value;
  }
  return summary;
}

export class Facts implements RunFacts {
  hello: Hello | undefined;
  plan: Plan | undefined;
  runtime: RuntimeSeen | undefined;
  readonly losses: LossSeen[] = [];
  readonly optimizers: OptimizerSeen[] = [];
  readonly schedulers: SchedulerSeen[] = [];
  readonly schedulerCalls: SchedulerCalled[] = [];
  readonly clippings: ClippingSeen[] = [];
  readonly loaders: LoaderSeen[] = [];
  layers: LayersSeen | undefined;
  parameters: ParametersSeen | undefined;
  firstBatch: Batch | undefined;
  activations: ActivationMeasures | undefined;
  validation: Validation | undefined;
  origin: OriginSeen | undefined;
  readonly series = new Set<string>();
  readonly heard = new Set<ProbeMessage['type']>();
  private readonly summaries = new Map<string, Summary>();

  constructor(readonly rank: number) {}

  learn(message: ProbeMessage): void {
    this.heard.add(message.type);
    this.learnNames(message);
    switch (message.type) {
      case 'hello':
        this.hello = message;
        break;
      case 'plan':
        this.plan = message;
        break;
      case 'runtime':
        this.runtime = message;
        break;
      case 'loss':
        upsert(this.losses, message);
        break;
      case 'optimizer':
        upsert(this.optimizers, message);
        break;
      case 'scheduler':
        upsert(this.schedulers, message);
        break;
      case 'schedulerCall':
        upsert(this.schedulerCalls, message);
        break;
      case 'clipping':
        this.learnClipping(message);
        break;
      case 'loader':
        upsert(this.loaders, message);
        break;
      case 'layers':
        this.layers = message;
        break;
      case 'parameters':
        this.parameters = message;
        break;
      case 'steps':
        this.learnSeries(message.scalars, message.first);
        break;
      case 'batch':
        this.firstBatch ??= message;
        break;
      case 'activations':
        this.activations = message;
        break;
      case 'origin':
        this.origin ??= message;
        break;
      case 'validation':
        this.validation = message;
        break;
      default:
    }
  }

  /** Series that come in other messages than `steps`. */
  private learnNames(message: ProbeMessage): void {
    const add = (values: object, prefix: string) => {
      for (const name of Object.keys(values)) this.series.add(prefix + name);
    };
    if (message.type === 'validation') add(message.scalars, '');
    if (message.type === 'resources') add(message.values, '');
    if (message.type === 'metrics') add(message.values, SERIES.metric);
  }

  summary(series: string): SeriesSummary | undefined {
    return this.summaries.get(series);
  }

  source(anchor: Anchor, series?: string): SourceLine | null {
    for (const nearest of NEAREST[anchor]) {
      const source = this.sourceOf(nearest, series);
      if (source) return source;
    }
    return null;
  }

  private learnClipping(message: ClippingSeen): void {
    const same = ({ source }: ClippingSeen) =>
      source?.file === message.source?.file && source?.line === message.source?.line;
    const known = this.clippings.findIndex(same);
    if (known < 0) this.clippings.push(message);
    else this.clippings[known] = message;
  }

  private learnSeries(scalars: Record<string, readonly (WireNumber | null)[]>, first: number): void {
    for (const [name, values] of Object.entries(scalars)) {
      const known = this.summaries.get(name);
      const summary = summarise(values, first, known);
      if (!summary || known) continue;
      this.summaries.set(name, summary);
      this.series.add(name);
    }
  }

  private sourceOf(anchor: Anchor, series: string | undefined): SourceLine | undefined {
    switch (anchor) {
      case 'loss':
        return this.lossOf(series)?.source;
      case 'backward':
        return this.lossOf(series)?.backwardSource;
      case 'step':
        return this.optimizerBehind(series)?.stepSource;
      case 'optimizer':
        return this.optimizerBehind(series)?.source;
      case 'scheduler':
        return this.schedulers[0]?.source;
      case 'loader':
        return (this.loaders.find(({ role }) => role === 'train') ?? this.loaders[0])?.source;
      case 'clipping':
        return this.clippings[0]?.source;
      case 'validation':
        return this.validation?.source;
      case 'layer':
        return this.layers?.layers.find(({ source }) => source)?.source;
    }
  }

  /** The loss a series holds, else the one that drives the optimizer that the series is about. */
  private lossOf(series: string | undefined): LossSeen | undefined {
    const own = this.losses.find((loss) => loss.series === series);
    if (own || series === undefined) return own ?? this.losses[0];
    return this.losses.find((loss) => loss.optimizer === optimizerOf(series)) ?? this.losses[0];
  }

  private optimizerBehind(series: string | undefined): OptimizerSeen | undefined {
    const own = this.losses.find((loss) => loss.series === series);
    const id = own?.optimizer ?? (series === undefined ? 0 : optimizerOf(series));
    return this.optimizers.find((optimizer) => optimizer.id === id) ?? this.optimizers[0];
  }
}
