import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PanelView, ToPanel } from '../../protocol/panel.js';
import type { RunClient } from '../../protocol/runApi.js';
import { Disposable } from '../disposable.js';
import { panelHtml } from './html.js';
import { editorActions } from './panelActions.js';
import { PanelSession } from './panelSession.js';

export const PANEL_VIEW_TYPE = 'trainingDebugger.run';

export interface PanelServices {
  extensionUri: vscode.Uri;
  log: vscode.LogOutputChannel;
  /** A client of the run, for panels that come back after a reload of the window. */
  attach(directory: string): Promise<RunClient>;
  rerun(directory: string): Promise<void>;
}

/** One run in one tab. Its page is thrown away while hidden, and told everything anew when it is shown again. */
export class RunPanel extends Disposable {
  private readonly session: PanelSession;

  /** Owns the panel and the client from now on. */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    client: RunClient,
    readonly directory: string,
    services: PanelServices,
    public view: PanelView,
  ) {
    super();
    const { webview } = panel;
    const viewChanged = (changed: PanelView) => (this.view = changed);
    const actions = editorActions({ panel, directory, ...services, viewChanged });
    this.session = new PanelSession(client, (message) => this.post(message), actions, pageSettings, view);
    this.register(this.session);
    this.register(client);
    this.register(webview.onDidReceiveMessage((message: unknown) => this.session.receive(message)));
    this.register(panel.onDidChangeViewState(() => !panel.visible && this.session.hidden()));
    this.register(panel.onDidDispose(() => this.dispose()));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => this.session.refresh()));
    panel.iconPath = panelIcon(services.extensionUri);
    webview.options = webviewOptions(services.extensionUri);
    webview.html = pageHtml(webview, services.extensionUri, panel.title);
  }

  onDidDispose(listener: () => void): void {
    this.register(this.panel.onDidDispose(listener));
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  reveal(): void {
    this.panel.reveal(undefined, false);
  }

  close(): void {
    this.panel.dispose();
  }

  private post(message: ToPanel): void {
    if (this.isDisposed) return;
    if (message.type === 'snapshot') this.panel.title = message.snapshot.summary.name;
    if (this.panel.visible) void this.panel.webview.postMessage(message);
  }
}

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
}

function pageSettings() {
  return {
    locale: vscode.env.language,
    translations: vscode.l10n.bundle ?? {},
    controllable: vscode.workspace.isTrusted,
  };
}

function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, title: string): string {
  const asset = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
  return panelHtml({
    script: asset('panel.js'),
    styles: [asset('panel.css')],
    styleSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    language: vscode.env.language,
    title,
  });
}

function panelIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}
