import * as path from 'node:path';
import * as vscode from 'vscode';
import type { PanelView } from '../../protocol/panel.js';
import type { RunClient, RunSummary } from '../../protocol/runApi.js';
import { Disposable } from '../disposable.js';
import { decodeView } from './decodeFromPanel.js';
import { PANEL_VIEW_TYPE, RunPanel, webviewOptions, type PanelServices } from './runPanel.js';

const DEFAULT_VIEW: PanelView = { x: 'step', logScale: false, smoothing: 0.6, rank: 0 };

/** At most one panel a run; they come back by themselves after a reload of the window. */
export class PanelManager extends Disposable implements vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, RunPanel>();

  constructor(private readonly services: PanelServices) {
    super();
    this.register(vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, this));
  }

  /** Shows the run, in the panel that it has or in a new one, which owns the client; else the client is disposed. */
  openRun(client: RunClient, { directory, name }: Pick<RunSummary, 'directory' | 'name'>): void {
    const open = this.panels.get(directory);
    if (open) {
      client.dispose();
      open.reveal();
      return;
    }
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(
      PANEL_VIEW_TYPE,
      name === '' ? path.basename(directory) : name,
      { viewColumn: column, preserveFocus: true },
      {
        ...webviewOptions(this.services.extensionUri),
        retainContextWhenHidden: false,
        enableFindWidget: true,
      },
    );
    this.add(panel, client, directory, DEFAULT_VIEW);
  }

  /** The run whose panel is in front; undefined where none is. */
  get activeDirectory(): string | undefined {
    return [...this.panels.values()].find((panel) => panel.isActive)?.directory;
  }

  /** Closes the panel of a run that is deleted. */
  close(directory: string): void {
    this.panels.get(directory)?.close();
  }

  /** The state is what the page kept; it is checked like anything from outside. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = readState(state);
    try {
      if (kept && !this.panels.has(kept.directory)) {
        this.add(panel, await this.services.attach(kept.directory), kept.directory, kept.view);
      } else panel.dispose();
    } catch (error) {
      this.services.log.warn(`A panel could not be restored: ${String(error)}`);
      panel.dispose();
    }
  }

  private add(panel: vscode.WebviewPanel, client: RunClient, directory: string, view: PanelView): void {
    const opened = this.register(new RunPanel(panel, client, directory, this.services, view));
    this.panels.set(directory, opened);
    opened.onDidDispose(() => this.panels.delete(directory));
  }
}

function readState(state: unknown): { directory: string; view: PanelView } | null {
  if (typeof state !== 'object' || state === null || !('directory' in state)) return null;
  const { directory } = state;
  if (typeof directory !== 'string' || !path.isAbsolute(directory)) return null;
  try {
    return { directory, view: 'view' in state ? decodeView(state.view) : DEFAULT_VIEW };
  } catch {
    return { directory, view: DEFAULT_VIEW };
  }
}
