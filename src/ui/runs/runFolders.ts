import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { Disposable } from '../disposable.js';
import { setting } from '../settings.js';

/** Bursts of file events are answered once. */
const SETTLE_MS = 300;

/** The folder in which runs of a workspace folder are recorded, as the setting says. */
export function runsDirectoryOf(folder: vscode.Uri): string {
  const directory = setting('runsDirectory', folder);
  return isAbsolute(directory) ? directory : join(folder.fsPath, directory);
}

/** Folders that hold run directories, watched for runs that come, change and go, whichever window started them. */
export class RunFolders extends Disposable {
  private readonly changed = this.register(new vscode.EventEmitter<void>());
  private readonly extra = new Map<string, string>();
  private watchers: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.changed.event;

  /** @param isWatched whether changes within this run directory are known by other means. */
  constructor(private readonly isWatched: (directory: string) => boolean) {
    super();
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(() => this.watch()));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('trainingDebugger.runsDirectory')) this.watch();
      }),
    );
    this.rewatch();
  }

  /** Each directory once, with the workspace folder it belongs to. */
  all(): { directory: string; folder: string }[] {
    const byDirectory = new Map(this.extra);
    for (const { uri } of vscode.workspace.workspaceFolders ?? [])
      byDirectory.set(runsDirectoryOf(uri), uri.fsPath);
    return [...byDirectory].map(([directory, folder]) => ({ directory, folder }));
  }

  /** A directory that a launch configuration named. */
  add(directory: string, folder: string): void {
    if (this.all().some((known) => known.directory === directory)) return;
    this.extra.set(directory, folder);
    this.rewatch();
  }

  override dispose(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.dispose();
    super.dispose();
  }

  private watch(): void {
    this.rewatch();
    this.changed.fire();
  }

  private rewatch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = this.all().flatMap(({ directory }) => this.watcherOf(directory));
  }

  private watcherOf(directory: string): vscode.Disposable[] {
    const base = vscode.Uri.file(directory);
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(base, '{*,*/run.json}'),
    );
    const soon = () => this.soon();
    const changed = (uri: vscode.Uri) => {
      if (!this.isWatched(dirname(uri.fsPath))) soon();
    };
    return [watcher, watcher.onDidCreate(soon), watcher.onDidChange(changed), watcher.onDidDelete(soon)];
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(), SETTLE_MS);
  }
}
