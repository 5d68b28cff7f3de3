import * as vscode from 'vscode';
import type { LaunchConfig, RunSummary } from '../../protocol/runApi.js';
import { Disposable } from '../disposable.js';
import type { Engine } from '../engine.js';
import { Run } from './run.js';
import { RunFolders } from './runFolders.js';

/** All runs of the workspace: past ones by their directories, live ones attached to, wherever they were started. */
export class RunStore extends Disposable {
  private readonly runs = new Map<string, Run>();
  private readonly folders: RunFolders;
  private readonly listChanged = this.register(new vscode.EventEmitter<void>());
  private readonly runChanged = this.register(new vscode.EventEmitter<Run>());
  private readonly found = this.register(new vscode.EventEmitter<Run>());
  private readonly ended = this.register(new vscode.EventEmitter<Run>());
  private readonly started = this.register(new vscode.EventEmitter<Run>());
  private readonly removed = this.register(new vscode.EventEmitter<Run>());
  private refreshing: Promise<void> = Promise.resolve();

  /** Runs came or went. */
  readonly onDidChangeList = this.listChanged.event;
  readonly onDidChangeRun = this.runChanged.event;
  readonly onDidFind = this.found.event;
  readonly onDidEnd = this.ended.event;
  /** This window started a run. */
  readonly onDidStart = this.started.event;
  readonly onDidRemove = this.removed.event;

  constructor(
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.folders = this.register(
      new RunFolders((directory) => this.runs.get(directory)?.isConnected === true),
    );
    this.register(this.folders.onDidChange(() => void this.refresh()));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.refresh()));
  }

  /** Newest first. */
  all(): Run[] {
    return [...this.runs.values()].sort((a, b) => b.summary.startedAt - a.summary.startedAt);
  }

  live(): Run[] {
    return this.all().filter((run) => run.isLive);
  }

  get(directory: string): Run | undefined {
    return this.runs.get(directory);
  }

  /** The run in this directory, looked for on the disk where it is not known yet. */
  async find(directory: string): Promise<Run> {
    if (!this.runs.has(directory)) await this.refresh();
    const run = this.runs.get(directory);
    if (run === undefined) throw new Error(vscode.l10n.t('There is no run in {0}.', directory));
    return run;
  }

  /** Reads the directories again; runs one at a time. */
  refresh(): Promise<void> {
    this.refreshing = this.refreshing.then(() => this.readAll());
    return this.refreshing;
  }

  async launch(config: LaunchConfig): Promise<Run> {
    const { directory, client } = await this.engine.launch(config);
    this.log.info(`Started ${config.name}: ${directory}`);
    this.folders.add(config.runsDirectory, config.workspace);
    const { summary } = await client.request('snapshot', {});
    const run = this.runs.get(directory) ?? this.add(summary, config.workspace);
    this.listChanged.fire();
    if (run.isConnected) client.dispose();
    else await run.connect(client);
    this.started.fire(run);
    return run;
  }

  /** Deletes the run with all that was recorded. */
  async remove(run: Run): Promise<void> {
    this.drop(run);
    this.listChanged.fire();
    await this.engine.remove(run.directory);
    await this.refresh();
  }

  override dispose(): void {
    for (const run of this.runs.values()) run.dispose();
    this.runs.clear();
    super.dispose();
  }

  private async readAll(): Promise<void> {
    const seen = new Set<string>();
    for (const { directory, folder } of this.folders.all()) {
      for (const summary of await this.list(directory)) {
        seen.add(summary.directory);
        await this.take(summary, folder);
      }
    }
    for (const run of [...this.runs.values()]) {
      if (!seen.has(run.directory) && !run.isConnected) this.drop(run);
    }
    if (!this.isDisposed) this.listChanged.fire();
  }

  private async list(directory: string): Promise<RunSummary[]> {
    try {
      return await this.engine.list(directory);
    } catch (error) {
      this.log.error(`The runs in ${directory} cannot be read: ${String(error)}`);
      return [];
    }
  }

  private async take(summary: RunSummary, folder: string): Promise<void> {
    if (this.isDisposed) return;
    const run = this.runs.get(summary.directory) ?? this.add(summary, folder);
    if (run.isConnected) return;
    run.update(summary);
    // The engine of a run that starts may not serve yet: a change of its manifest says when there is something to hear.
    const canBeHeard = run.isLive && summary.status !== 'starting';
    if (canBeHeard && vscode.workspace.isTrusted) await this.attach(run);
  }

  private add(summary: RunSummary, folder: string): Run {
    const run = new Run(summary, folder, () => this.engine.openRecorded(summary.directory));
    this.runs.set(run.directory, run);
    run.onDidChange(() => this.runChanged.fire(run));
    run.onDidFind(() => this.found.fire(run));
    run.onDidEnd(() => this.ended.fire(run));
    run.onDidLose(() => void this.refresh());
    return run;
  }

  private async attach(run: Run): Promise<void> {
    try {
      const client = await this.engine.attach(run.directory);
      if (run.isConnected) client.dispose();
      else await run.connect(client);
    } catch (error) {
      this.log.warn(`No connection to ${run.directory}: ${String(error)}`);
    }
  }

  private drop(run: Run): void {
    this.runs.delete(run.directory);
    this.removed.fire(run);
    run.dispose();
  }
}
