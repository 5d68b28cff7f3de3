/** What a finished run has measured, read from its `metrics.db`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { CheckReport, Finding, SeriesInfo } from '../../protocol/runApi.js';
import type { ProbeMessage } from '../../protocol/telemetry.js';
import { EpochAxis, type EpochStretch } from './epochAxis.js';
import type { MeasureRow } from './measureLevels.js';
import { parameterNames } from './messageLog.js';
import { MetricsReader, type MessageRow } from './metricsReader.js';
import type { RecordedData } from './recordedData.js';
import { RUN_FILES } from './runDirectory.js';
import { checkVersion } from './schema.js';
import { seriesInfo } from './series.js';
import { openDatabase } from './sqlite.js';
import { StoredSeries } from './storedSeries.js';

export interface StoredMessage {
  rank: number;
  /** The last step told of by this rank before the message, -1 before any. */
  afterStep: number;
  message: ProbeMessage;
}

export class StoredRecord implements RecordedData {
  readonly measures = {
    count: (rank: number, measure: string): number => this.reader.measureCount(rank, measure),
    rows: (rank: number, measure: string, level: number, from: number, to: number): Iterable<MeasureRow> =>
      this.reader.measures(rank, measure, level, from, to),
  };
  readonly all: readonly StoredSeries[];
  private readonly epochAxes = new Map<number, EpochAxis>();
  private readonly names = new Map<number, string[]>();

  /** What else of the record cannot be read, in words; grows as it is asked for. */
  readonly damages = new Set<string>();

  private constructor(
    private readonly database: DatabaseSync,
    private readonly reader: MetricsReader,
  ) {
    this.all = reader.series().map((row) => new StoredSeries(row, reader));
    const epochs = this.spared('epochs', () => reader.epochs(), new Map<number, EpochStretch[]>());
    for (const [rank, stretches] of epochs) this.epochAxes.set(rank, EpochAxis.of(stretches));
    for (const { rank, message } of this.messages()) this.learn(rank, message);
  }

  /** Throws, with a reason for people, where the record is missing, damaged or newer than this version. */
  static open(directory: string): StoredRecord {
    const file = join(directory, RUN_FILES.metrics);
    if (!existsSync(file)) throw new Error('metrics.db is missing.');
    const database = openDatabase(file, { readOnly: true });
    try {
      checkVersion(database);
      return new StoredRecord(database, new MetricsReader(database));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  series(rank: number, name: string): StoredSeries | undefined {
    return this.all.find(({ identity }) => identity.rank === rank && identity.name === name);
  }

  infos(): SeriesInfo[] {
    return this.all.map((series) => seriesInfo(series.identity, series.stats, series.label));
  }

  epochs(rank: number): EpochAxis {
    let axis = this.epochAxes.get(rank);
    if (!axis) this.epochAxes.set(rank, (axis = new EpochAxis()));
    return axis;
  }

  parameterNames(rank: number): readonly string[] {
    return this.names.get(rank) ?? [];
  }

  /** In the order they came, up to where they cannot be read. */
  *messages(): Generator<StoredMessage> {
    const rows = this.reader.messages();
    for (;;) {
      const message = this.spared('messages', () => nextMessage(rows), undefined);
      if (!message) return;
      yield message;
    }
  }

  findings(): Finding[] {
    const parse = (body: string): Finding => JSON.parse(body) as Finding;
    return this.spared('findings', () => this.reader.findings().map(parse), []);
  }

  /** Empty where the run ended before its checks were told. */
  checks(): CheckReport[] {
    return this.spared('checks', () => JSON.parse(this.reader.fact('checks') ?? '[]') as CheckReport[], []);
  }

  close(): void {
    this.database.close();
  }

  /** Damage to one part does not take the others with it. */
  private spared<T>(part: string, read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      this.damages.add(`${part}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  }

  private learn(rank: number, message: ProbeMessage): void {
    if (message.type === 'parameters') this.names.set(rank, parameterNames(message));
    if (message.type === 'plan') this.epochs(rank).plan(message.stepsPerEpoch);
  }
}

function nextMessage(rows: Iterator<MessageRow>): StoredMessage | undefined {
  const next = rows.next();
  if (next.done === true) return undefined;
  const { rank, afterStep, body } = next.value;
  return { rank, afterStep, message: JSON.parse(body) as ProbeMessage };
}
