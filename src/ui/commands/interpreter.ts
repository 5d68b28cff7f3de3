import * as vscode from 'vscode';
import { chosenPython } from '../debug/interpreter.js';
import { updateSetting } from '../settings.js';

/** The Python extension's own picker where it is installed, else a file dialog. */
export async function chooseInterpreter(): Promise<void> {
  if (vscode.extensions.getExtension('ms-python.python') !== undefined) {
    await vscode.commands.executeCommand('python.setInterpreter');
    return;
  }
  const title = vscode.l10n.t('Choose the Python that runs training scripts');
  const [file] =
    (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t('Use This Python') })) ?? [];
  if (file !== undefined) await updateSetting('pythonInterpreter', file.fsPath);
}

/** Puts the command into a terminal and leaves it to the person to run it. */
export async function installTorch(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const python = (await chosenPython(folder)) ?? 'python3';
  const name = vscode.l10n.t('Install PyTorch');
  const terminal = vscode.window.createTerminal(folder === undefined ? { name } : { name, cwd: folder });
  terminal.show();
  terminal.sendText(`${quoted(python)} -m pip install torch`, false);
}

function quoted(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
