import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';

/** Copies an example workspace to where a person wants it, and opens it. */
export async function openExample(examples: vscode.Uri): Promise<void> {
  const name = await pickExample(examples);
  if (name === undefined) return;
  const target = await chooseTarget(name);
  if (target === undefined) return;
  if (!(await exists(target))) {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(examples, name), target, { overwrite: false });
  }
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: false });
}

async function pickExample(examples: vscode.Uri): Promise<string | undefined> {
  const entries = await readdir(examples.fsPath, { withFileTypes: true });
  const words: Record<string, string> = {
    pytorch: vscode.l10n.t('PyTorch: handwritten digits, in Python'),
    tfjs: vscode.l10n.t('TensorFlow.js: iris flowers, in JavaScript'),
  };
  const items = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ label: name, description: words[name] ?? '' }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which example?') }))?.label;
}

async function chooseTarget(name: string): Promise<vscode.Uri | undefined> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t('Where should the example be put?'),
      openLabel: vscode.l10n.t('Put It Here'),
    })) ?? [];
  return parent === undefined ? undefined : vscode.Uri.joinPath(parent, `training-debugger-${name}`);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
