import * as vscode from 'vscode';
import type { Text } from '../protocol/values.js';

/** A text in the language of VS Code. */
export function localize(value: Text): string {
  return vscode.l10n.t(value.template, ...value.args);
}
