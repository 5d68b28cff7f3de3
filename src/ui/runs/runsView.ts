import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Disposable } from '../disposable.js';
import { localize } from '../localize.js';
import type { Run } from './run.js';
import type { RunStore } from './runStore.js';
import { contextValue, describeRun, runDetails, STATUS_ICONS } from './runWords.js';

/** "3 minutes ago" is said anew this often. */
const CLOCK_MS = 60_000;

/** VS Code waits for a pause in the events of a tree before it draws, so a live run must not report without one. */
const REDRAW_MS = 500;

/** A folder of a workspace with several. */
interface FolderNode {
  kind: 'folder';
  folder: string;
}

export type RunsNode = FolderNode | Run;

/** The runs of the workspace, newest first, live ones as they go. */
export class RunsView extends Disposable implements vscode.TreeDataProvider<RunsNode> {
  private readonly changed = this.register(new vscode.EventEmitter<RunsNode[] | undefined>());
  private readonly stale = new Set<Run>();
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly store: RunStore) {
    super();
    const view = this.register(
      vscode.window.createTreeView('trainingDebugger.runs', {
        treeDataProvider: this,
        showCollapseAll: false,
      }),
    );
    this.register(
      store.onDidChangeList(() => {
        view.message = trustMessage(store.all().length);
        this.changed.fire(undefined);
      }),
    );
    this.register(store.onDidChangeRun((run) => this.redrawSoon(run)));
    const clock = setInterval(() => view.visible && this.changed.fire(undefined), CLOCK_MS);
    this.register({ dispose: () => clearInterval(clock) });
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }

  getChildren(node?: RunsNode): RunsNode[] {
    const runs = this.store.all();
    const folders = [...new Set(runs.map((run) => run.folder))];
    if (node === undefined && folders.length > 1)
      return folders.map((folder) => ({ kind: 'folder', folder }));
    if (node === undefined) return runs;
    return isFolder(node) ? runs.filter((run) => run.folder === node.folder) : [];
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    return isFolder(node) ? folderItem(node) : runItem(node);
  }

  private redrawSoon(run: Run): void {
    this.stale.add(run);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire([...this.stale]);
      this.stale.clear();
    }, REDRAW_MS);
  }
}

/** An empty view has a text of its own for Restricted Mode. */
function trustMessage(runs: number): string {
  if (vscode.workspace.isTrusted || runs === 0) return '';
  return vscode.l10n.t(
    'Restricted Mode: past runs are shown, and no training is started until the workspace is trusted.',
  );
}

function isFolder(node: RunsNode): node is FolderNode {
  return 'kind' in node;
}

function folderItem({ folder }: FolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(basename(folder), vscode.TreeItemCollapsibleState.Expanded);
  item.iconPath = vscode.ThemeIcon.Folder;
  item.tooltip = folder;
  return item;
}

function runItem(run: Run): vscode.TreeItem {
  const { summary } = run;
  const { icon, color } = STATUS_ICONS[summary.status];
  const item = new vscode.TreeItem(summary.name === '' ? basename(summary.directory) : summary.name);
  item.id = summary.directory;
  item.description = describeRun(run, Date.now() / 1000, vscode.env.language, localize);
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = contextValue(summary);
  item.tooltip = tooltip(run);
  item.accessibilityInformation = { label: `${summary.name}, ${item.description}` };
  if (summary.status !== 'damaged') {
    item.command = {
      command: 'trainingDebugger.openRun',
      title: vscode.l10n.t('Open Run'),
      arguments: [run],
    };
  }
  return item;
}

function tooltip(run: Run): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.appendMarkdown('**').appendText(run.summary.name).appendMarkdown('**\n\n');
  for (const [name, value] of runDetails(run.summary, vscode.env.language, localize)) {
    markdown
      .appendMarkdown('- ')
      .appendText(`${localize(name)}: ${value}`)
      .appendMarkdown('\n');
  }
  return markdown;
}
