import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { PanelView } from '../../protocol/panel.js';
import type { PanelActions } from './panelSession.js';

export interface EditorActionOptions {
  panel: vscode.WebviewPanel;
  directory: string;
  extensionUri: vscode.Uri;
  log: vscode.LogOutputChannel;
  rerun(directory: string): Promise<void>;
  viewChanged(view: PanelView): void;
}

/** What the page asks of the editor. */
export function editorActions(options: EditorActionOptions): PanelActions {
  const { panel, directory, log } = options;
  const file = path.join(directory, 'console.log');
  return {
    rerun: () => options.rerun(directory),
    openSource: (source, line) => openBeside(panel, source, line),
    openRule: (rule) => openRule(options.extensionUri, rule),
    openConsole: () => openBeside(panel, file, 1),
    chooseCsvFile: async () =>
      (await chooseFile(directory, `${path.basename(directory)}.csv`, 'CSV'))?.fsPath,
    savePng: (name, data) => savePng(directory, name, data),
    viewChanged: (view) => options.viewChanged(view),
    log: (message) => log.warn(message),
  };
}

/** In another column than the panel's, so that both stay in sight. */
async function openBeside(panel: vscode.WebviewPanel, file: string, line: number): Promise<void> {
  const exists = await fs.stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!exists) throw new Error(vscode.l10n.t('{0} is not there any more.', file));
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(document, {
    viewColumn: otherColumn(panel),
    selection: new vscode.Range(position, position),
  });
}

function otherColumn({ viewColumn }: vscode.WebviewPanel): vscode.ViewColumn {
  const editor = vscode.window.visibleTextEditors.find(
    (one) => one.viewColumn !== undefined && one.viewColumn !== viewColumn,
  );
  return (
    editor?.viewColumn ??
    (viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One)
  );
}

async function openRule(extensionUri: vscode.Uri, rule: string): Promise<void> {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'rules', `${rule}.md`);
  const exists = await fs.stat(page.fsPath).then(
    () => true,
    () => false,
  );
  if (!exists) throw new Error(vscode.l10n.t('The rule {0} has no page of its own.', rule));
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

async function savePng(directory: string, name: string, data: Uint8Array): Promise<void> {
  const file = await chooseFile(directory, `${path.basename(directory)}-${name}.png`, 'PNG');
  if (file) await vscode.workspace.fs.writeFile(file, data);
}

/** Offers the workspace folder of the run, not the hidden folder of its record. */
function chooseFile(directory: string, name: string, kind: 'CSV' | 'PNG'): Thenable<vscode.Uri | undefined> {
  const folder =
    vscode.workspace.getWorkspaceFolder(vscode.Uri.file(directory))?.uri ?? vscode.Uri.file(directory);
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, name),
    filters: { [kind]: [kind.toLowerCase()] },
  });
}
