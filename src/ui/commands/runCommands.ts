import * as vscode from 'vscode';
import type { Advance, LaunchConfig } from '../../protocol/runApi.js';
import { DEBUG_TYPE } from '../../contributions/debuggers.js';
import type { Engine } from '../engine.js';
import { localize } from '../localize.js';
import type { Run } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { describeRun, runDetails } from '../runs/runWords.js';

/** What can be done with one run. */

export async function control(run: Run, method: 'pause' | 'resume' | 'stop'): Promise<void> {
  const client = run.share();
  try {
    await client.request(method, {});
  } finally {
    client.dispose();
  }
}

export async function advance(run: Run, how: Advance): Promise<void> {
  const client = run.share();
  try {
    await client.request('advance', { how });
  } finally {
    client.dispose();
  }
}

/** @param changes to how the run was started. */
export async function rerun(run: Run, engine: Engine, changes: Partial<LaunchConfig> = {}): Promise<boolean> {
  const config = await engine.config(run.directory);
  if (config === null) {
    throw new Error(
      vscode.l10n.t('{0} cannot be rerun: how it was started is not recorded.', run.summary.name),
    );
  }
  // Breakpoints are those of now, and the port of the line debugger is another one.
  const { breakpoints: _, debuggerPort, ...asked } = config;
  return vscode.debug.startDebugging(folderOf(config), {
    type: DEBUG_TYPE,
    request: 'launch',
    ...asked,
    ...(debuggerPort === undefined ? {} : { debugger: true }),
    ...changes,
  });
}

function folderOf({ workspace }: LaunchConfig): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(workspace));
}

/** Asks first: what was recorded cannot be brought back. */
export async function deleteRun(run: Run, store: RunStore): Promise<void> {
  const { name } = run.summary;
  if (run.isLive) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} is still running: stop it before you delete it.', name),
    );
    return;
  }
  const yes = vscode.l10n.t('Delete');
  const detail = vscode.l10n.t('Its metrics, console log and checkpoints are deleted for good.');
  const question = vscode.l10n.t('Delete the run {0} ({1})?', name, described(run));
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
  if (answer === yes) await store.remove(run);
}

export async function revealDirectory(run: Run): Promise<void> {
  const directory = vscode.Uri.file(run.directory);
  const inside = vscode.workspace.getWorkspaceFolder(directory) !== undefined;
  await vscode.commands.executeCommand(inside ? 'revealInExplorer' : 'revealFileInOS', directory);
}

export async function copySummary({ summary }: Run): Promise<void> {
  const lines = runDetails(summary, vscode.env.language, localize).map(
    ([name, value]) => `${localize(name)}: ${value}`,
  );
  await vscode.env.clipboard.writeText([summary.name, ...lines].join('\n'));
}

function described(run: Run): string {
  return describeRun(run, Date.now() / 1000, vscode.env.language, localize);
}
