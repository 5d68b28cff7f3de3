import * as vscode from 'vscode';
import type { SourceLine } from '../../protocol/values.js';
import { Disposable } from '../disposable.js';
import { localize } from '../localize.js';
import type { Run } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { remediesFor } from './remedies.js';

/** Says so when a training that this window watched has failed, with the way to the line. */
export class Failures extends Disposable {
  constructor(store: RunStore) {
    super();
    this.register(store.onDidEnd((run) => void tellFailure(run)));
  }
}

async function tellFailure({ summary }: Run): Promise<void> {
  const { status, problem, problemSource, name } = summary;
  if (problem === null || (status !== 'failed' && status !== 'lost')) return;
  const message = vscode.l10n.t('{0} failed: {1}', name, localize(problem));
  const goToLine = vscode.l10n.t('Go to Line');
  const remedies = new Map(remediesFor(problem).map(({ title, command }) => [localize(title), command]));
  const first = problemSource === null ? [] : [goToLine];
  const chosen = await vscode.window.showErrorMessage(message, ...first, ...remedies.keys());
  if (chosen === goToLine && problemSource !== null) await showLine(problemSource);
  const command = remedies.get(chosen ?? '');
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

export async function showLine({ file, line }: SourceLine): Promise<void> {
  const at = new vscode.Range(line - 1, 0, line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: at });
}
