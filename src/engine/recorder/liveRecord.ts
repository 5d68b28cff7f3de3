/** What a run has measured so far: takes messages, answers at once, and hands over what is not yet on disk. */
import type { CheckReport, Finding } from '../../protocol/runApi.js';
import {
  type Metrics,
  type ProbeMessage,
  type Resources,
  SERIES,
  type Steps,
  type Validation,
} from '../../protocol/telemetry.js';
import { fromWire, type WireNumber } from '../../protocol/values.js';
import { EpochLog } from './epochLog.js';
import { LiveMeasures } from './liveMeasures.js';
import { LiveSeriesSet } from './liveSeriesSet.js';
import { MessageLog } from './messageLog.js';
import type { MetricsReader } from './metricsReader.js';
import type { MetricsWriter } from './metricsWriter.js';
import type { RecordedData, RecordedSeries } from './recordedData.js';
import type { EpochAxis } from './epochAxis.js';

/** What the names of series begin with, by the message they come in. */
const PREFIXES = { metrics: SERIES.metric, validation: 'validation/', engine: SERIES.gpu } as const;

export class LiveRecord implements RecordedData {
  readonly measures: LiveMeasures;
  readonly seriesSet: LiveSeriesSet;
  private readonly messages = new MessageLog();
  private readonly epochLog = new EpochLog();
  /** JSON by id and by name, waiting to be written. */
  private readonly findings = new Map<string, string>();
  private readonly facts = new Map<string, string>();

  constructor(disk: MetricsReader) {
    this.measures = new LiveMeasures(disk);
    this.seriesSet = new LiveSeriesSet(disk);
  }

  accept(rank: number, message: ProbeMessage): void {
    this.epochLog.accept(rank, message);
    switch (message.type) {
      case 'steps':
        this.acceptSteps(rank, message);
        return;
      case 'parameterMeasures':
        this.measures.record(rank, message);
        return;
      case 'metrics':
        this.acceptScalars(rank, 'metrics', message, message.values);
        return;
      case 'resources':
        this.acceptScalars(rank, 'engine', message, message.values);
        return;
      case 'validation':
        this.acceptScalars(rank, 'validation', message, message.scalars);
        break;
      case 'loss':
        this.seriesSet.label(rank, message.series, message.label);
        break;
      default:
    }
    this.messages.add(rank, message);
  }

  acceptFindings(findings: readonly Finding[]): void {
    for (const finding of findings) this.findings.set(finding.id, JSON.stringify(finding));
  }

  acceptChecks(checks: readonly CheckReport[]): void {
    this.facts.set('checks', JSON.stringify(checks));
  }

  series(rank: number, name: string): RecordedSeries | undefined {
    return this.seriesSet.get(rank, name);
  }

  epochs(rank: number): EpochAxis {
    return this.epochLog.of(rank);
  }

  parameterNames(rank: number): readonly string[] {
    return this.messages.parameterNames(rank);
  }

  get unwrittenPoints(): number {
    return this.seriesSet.unwrittenPoints;
  }

  /** Memory that waits to be written, about. */
  get unwrittenBytes(): number {
    return this.seriesSet.unwrittenBytes + this.measures.unwrittenBytes + this.messages.unwrittenBytes;
  }

  write(writer: MetricsWriter): void {
    this.seriesSet.write(writer);
    this.measures.write(writer);
    this.messages.write(writer);
    this.epochLog.write(writer);
    for (const [id, body] of this.findings) writer.finding(id, body);
    for (const [name, body] of this.facts) writer.fact(name, body);
  }

  /** All that `write` wrote has been committed. */
  markWritten(): void {
    this.seriesSet.markWritten();
    this.measures.markWritten();
    this.messages.markWritten();
    this.epochLog.markWritten();
    this.findings.clear();
    this.facts.clear();
  }

  private acceptSteps(rank: number, { first, time, scalars }: Steps): void {
    this.messages.told(rank, first + time.length - 1);
    for (const [name, values] of Object.entries(scalars)) {
      const series = this.seriesSet.reach(rank, name, 'steps');
      for (let i = 0; i < time.length; i++) {
        const value = values[i];
        if (value !== null && value !== undefined) series.append(first + i, time[i] ?? NaN, fromWire(value));
      }
    }
  }

  private acceptScalars(
    rank: number,
    origin: keyof typeof PREFIXES,
    { step, time }: Metrics | Validation | Resources,
    scalars: Record<string, WireNumber>,
  ): void {
    const prefix = PREFIXES[origin];
    for (const [name, value] of Object.entries(scalars)) {
      const full = name.startsWith(prefix) ? name : prefix + name;
      this.seriesSet.reach(rank, full, origin).append(step, time, fromWire(value));
    }
  }
}
