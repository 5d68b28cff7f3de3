import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { startFile } from './commands/start.js';

const DONE = 'firstRunDone';

/**
 * Starts the script that TRAINING_DEBUGGER_FIRST_RUN names, once in the workspace that it belongs to, so that a newcomer
 * who opened the sample by `npm start` sees a training and not an empty window.
 */
export async function firstRun(context: vscode.ExtensionContext): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => void firstRun(context)));
    return;
  }
  const script = process.env['TRAINING_DEBUGGER_FIRST_RUN'];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (script === undefined || script === '' || folder === undefined) return;
  const file = isAbsolute(script) ? vscode.Uri.file(script) : vscode.Uri.joinPath(folder, script);
  const isSample = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  if (!isSample || context.workspaceState.get<boolean>(DONE) === true) return;
  await context.workspaceState.update(DONE, true);
  await vscode.window.showTextDocument(file, { preview: false });
  await startFile(file);
}
