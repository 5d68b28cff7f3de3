import type { RunSummary } from '../protocol/runApi.js';
import type { ProbeMessage } from '../protocol/telemetry.js';
import { log } from './log.js';
import { learn, recordGit, writeManifest, type RunManifest } from './recorder/index.js';

/** Milliseconds by which the summary in run.json may be behind. */
const SAVE_INTERVAL = 2000;

/** Keeps run.json true while a run goes. A disk that does not take it is tried again. */
export class ManifestKeeper {
  private timer: NodeJS.Timeout | null = null;
  private unsaved = true;

  /** Throws where the run directory cannot be written. */
  constructor(
    private readonly directory: string,
    private readonly manifest: RunManifest,
    private readonly summary: () => RunSummary,
  ) {
    writeManifest(directory, manifest);
  }

  /** Adds commit and uncommitted changes of the sources in `folder`. */
  async addGit(folder: string): Promise<void> {
    try {
      this.manifest.git = await recordGit(folder, this.directory);
      this.changed();
    } catch (error) {
      log('the state of the sources could not be recorded', error);
    }
  }

  learn(rank: number, message: ProbeMessage): void {
    learn(this.manifest, rank, message);
    this.changed();
  }

  changed(): void {
    this.unsaved = true;
    this.timer ??= setTimeout(() => this.save(), SAVE_INTERVAL);
  }

  /** Writes the end of the run. */
  finish(exitSignal: string | null): void {
    this.manifest.exitSignal = exitSignal;
    this.unsaved = true;
    this.save();
  }

  /** A last attempt where the disk did not take it before. */
  close(): void {
    if (this.unsaved) this.save();
    this.stopTimer();
  }

  private save(): void {
    this.stopTimer();
    const summary = this.summary();
    const { status, endedAt, exitCode } = summary;
    Object.assign(this.manifest, { summary, status, endedAt, exitCode });
    try {
      writeManifest(this.directory, this.manifest);
      this.unsaved = false;
    } catch (error) {
      log('run.json could not be written', error);
      this.changed();
    }
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
