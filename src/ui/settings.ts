import * as vscode from 'vscode';
import type { Settings } from '../contributions.js';

/** A setting as package.json declares it; its default is there, so it is never absent. */
export function setting<K extends keyof Settings>(key: K, scope?: vscode.ConfigurationScope): Settings[K] {
  const value = vscode.workspace.getConfiguration('trainingDebugger', scope).get<Settings[K]>(key);
  if (value === undefined) throw new Error(`package.json does not declare trainingDebugger.${key}`);
  return value;
}

export async function updateSetting<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
  const target =
    vscode.workspace.workspaceFolders === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('trainingDebugger').update(key, value, target);
}
