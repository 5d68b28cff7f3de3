/** Records one run while it goes: takes the probe's messages, keeps them on disk and answers from memory and disk. */
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type {
  CheckReport,
  Finding,
  FrameRequest,
  ParameterFrame,
  RunRequests,
  SeriesFrame,
  SeriesInfo,
} from '../../protocol/runApi.js';
import type { ProbeMessage } from '../../protocol/telemetry.js';
import { exportCsv } from './csv.js';
import { DiskGuard, type RecorderProblem } from './diskGuard.js';
import { LiveRecord } from './liveRecord.js';
import { MetricsReader } from './metricsReader.js';
import { MetricsWriter } from './metricsWriter.js';
import { framesOf, parameterFrame } from './recordedData.js';
import { RUN_FILES } from './runDirectory.js';
import { createTables } from './schema.js';
import { openDatabase } from './sqlite.js';

export interface RecorderOptions {
  /** Told once when measurements cannot be written, and once when they can again. */
  onProblem?: (problem: RecorderProblem) => void;
  /** Bytes kept in memory while the disk does not take them; 256 MiB by default. */
  memoryLimit?: number;
}

/** Milliseconds between two writes to disk: the most that a kill costs. */
const FLUSH_INTERVAL = 1000;
/** Scalars after which a write does not wait for the interval. */
const FLUSH_SCALARS = 100_000;

export class RunRecorder {
  private readonly database: DatabaseSync;
  private readonly writer: MetricsWriter;
  private readonly live: LiveRecord;
  private readonly guard: DiskGuard;
  private timer: NodeJS.Timeout | undefined;
  private scalars = 0;
  private closed = false;

  /** Begins the record of a new run in its directory. Throws where that cannot be written. */
  constructor(directory: string, options: RecorderOptions = {}) {
    this.database = openDatabase(join(directory, RUN_FILES.metrics), { readOnly: false });
    createTables(this.database);
    this.writer = new MetricsWriter(this.database);
    this.live = new LiveRecord(new MetricsReader(this.database));
    this.guard = new DiskGuard(directory, options.onProblem, options.memoryLimit);
  }

  /** Takes a message of a rank; on disk within a second. */
  record(rank: number, message: ProbeMessage): void {
    if (this.closed || !this.guard.admits()) return;
    this.live.accept(rank, message);
    this.scheduleFlush(
      message.type === 'steps' ? message.time.length * Object.keys(message.scalars).length : 1,
    );
  }

  /** Findings that are new or have changed. */
  findings(findings: readonly Finding[]): void {
    this.live.acceptFindings(findings);
    this.scheduleFlush(findings.length);
  }

  /** Which rules ran and which could not; the last call counts. */
  checks(checks: readonly CheckReport[]): void {
    this.live.acceptChecks(checks);
    this.scheduleFlush(1);
  }

  series(): SeriesInfo[] {
    return this.live.seriesSet.infos();
  }

  frames(request: FrameRequest): SeriesFrame[] {
    return framesOf(this.live, request);
  }

  parameterFrame(request: RunRequests['parameterFrame']['params']): ParameterFrame {
    return parameterFrame(this.live, request);
  }

  exportCsv(request: RunRequests['exportCsv']['params']): Promise<{ rows: number }> {
    return exportCsv(this.live, request);
  }

  /** Writes what is waiting. False where the disk does not take it: it stays in memory and is tried again. */
  flush(): boolean {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.scalars = 0;
    const written = this.guard.attempt(() => this.writeLive(), this.live.unwrittenBytes);
    if (!written) this.scheduleFlush(0);
    return written;
  }

  /**
   * Writes what is waiting and leaves a single file that also a reader without the right to write can open. False
   * where the last measurements could not be written; they are lost then.
   */
  close(): boolean {
    if (this.closed) return true;
    this.closed = true;
    const written = this.flush();
    clearTimeout(this.timer);
    if (written) this.guard.attempt(() => this.database.exec('PRAGMA journal_mode = DELETE'), 0);
    this.database.close();
    return written;
  }

  private writeLive(): void {
    this.writer.transaction(() => this.live.write(this.writer));
    this.live.markWritten();
  }

  /** In free time at most once an interval; at once where much has come. A failing disk is not pressed. */
  private scheduleFlush(scalars: number): void {
    this.scalars += scalars;
    if (this.scalars >= FLUSH_SCALARS && !this.guard.failing) {
      this.flush();
      return;
    }
    this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL);
  }
}
