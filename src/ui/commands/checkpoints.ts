import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { InspectRequests } from '../../protocol/inspection.js';
import type { Engine } from '../engine.js';
import { checkpointFile, checkpointsOf, type Checkpoint } from '../runs/checkpoints.js';
import type { Run } from '../runs/run.js';
import { formatValue } from '../runs/runWords.js';
import { rerun } from './runCommands.js';

/** Saves between two steps, also while training runs, and says where the file is. */
export async function saveCheckpoint(run: Run): Promise<void> {
  const title = vscode.l10n.t('Saving a checkpoint of {0}…', run.summary.name);
  const location = vscode.ProgressLocation.Notification;
  const { file, step } = await vscode.window.withProgress({ location, title }, () => save(run));
  const reveal = vscode.l10n.t('Reveal');
  const said = vscode.l10n.t(
    'Checkpoint of step {0} saved: {1}',
    step,
    vscode.workspace.asRelativePath(file),
  );
  void vscode.window.showInformationMessage(said, reveal).then(async (answer) => {
    if (answer !== reveal) return;
    const uri = vscode.Uri.file(file);
    const inside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(inside ? 'revealInExplorer' : 'revealFileInOS', uri);
  });
}

async function save(run: Run): Promise<InspectRequests['saveCheckpoint']['result']> {
  const client = run.share();
  const params = { file: checkpointFile(run.summary) };
  try {
    const saved = await client.request('inspect', { rank: 0, call: { method: 'saveCheckpoint', params } });
    return saved as InspectRequests['saveCheckpoint']['result'];
  } finally {
    client.dispose();
  }
}

/** Starts a new run, as this one was started, from one of its checkpoints. */
export async function resumeFromCheckpoint(run: Run, engine: Engine): Promise<boolean> {
  const client = run.share();
  const checkpoints = await checkpointsOf(client).finally(() => client.dispose());
  if (checkpoints.length === 0) {
    const save = vscode.l10n.t('There is no checkpoint of {0}. Save one while it trains.', run.summary.name);
    void vscode.window.showInformationMessage(save);
    return false;
  }
  const placeHolder = vscode.l10n.t('Checkpoint of {0} to go on from', run.summary.name);
  const picked = await vscode.window.showQuickPick(checkpoints.map(toItem), { placeHolder });
  return picked !== undefined && rerun(run, engine, { resumeFrom: picked.file });
}

function toItem({ kind, file, step, loss }: Checkpoint): vscode.QuickPickItem & { file: string } {
  const labels: Record<Checkpoint['kind'], string> = {
    best: `$(star) ${vscode.l10n.t('Best')}`,
    last: `$(history) ${vscode.l10n.t('Last')}`,
    saved: `$(save) ${vscode.l10n.t('Saved')}`,
  };
  const shown = loss === null ? '' : ` · ${vscode.l10n.t('loss {0}', formatValue(loss))}`;
  const name = basename(file) === 'model.json' ? basename(dirname(file)) : basename(file);
  return {
    label: labels[kind],
    description: `${vscode.l10n.t('step {0}', step)}${shown}`,
    detail: name,
    file,
  };
}
