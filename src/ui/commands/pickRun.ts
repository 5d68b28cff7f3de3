import * as vscode from 'vscode';
import { localize } from '../localize.js';
import { Run } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { describeRun, STATUS_ICONS } from '../runs/runWords.js';

/**
 * The run that a command is about: the one it was called on (a row of the view, or a directory), the only one there
 * is, or the one a person picks.
 */
export async function targetRun(
  store: RunStore,
  argument: unknown,
  candidates: Run[],
): Promise<Run | undefined> {
  if (argument instanceof Run) return argument;
  if (typeof argument === 'string') return store.get(argument);
  if (candidates.length > 1) return pickRun(candidates);
  if (candidates.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no such run here.'));
  return candidates[0];
}

export async function pickRun(runs: Run[]): Promise<Run | undefined> {
  const items = runs.map((run) => ({
    label: `$(${STATUS_ICONS[run.summary.status].icon}) ${run.summary.name}`,
    description: describeRun(run, Date.now() / 1000, vscode.env.language, localize),
    run,
  }));
  const placeHolder = vscode.l10n.t('Choose a run');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.run;
}
