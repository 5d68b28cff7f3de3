import * as vscode from 'vscode';
import type { Engine } from '../engine.js';
import type { Panels } from '../panels.js';
import type { SessionRuns } from '../debug/sessionRuns.js';
import { Run } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { resumeFromCheckpoint, saveCheckpoint } from './checkpoints.js';
import { openExample } from './example.js';
import { chooseGpus } from './gpus.js';
import { chooseInterpreter, installTorch } from './interpreter.js';
import { targetRun } from './pickRun.js';
import type { CommandHandlers } from './register.js';
import { advance, control, copySummary, deleteRun, rerun, revealDirectory } from './runCommands.js';
import { startTraining } from './start.js';

export interface CommandParts {
  store: RunStore;
  engine: Engine;
  log: vscode.LogOutputChannel;
  extension: vscode.Extension<unknown>;
  panels: Panels;
  sessions: SessionRuns;
}

const WALKTHROUGH = 'getStarted';

export function commandHandlers({
  store,
  engine,
  log,
  extension,
  panels,
  sessions,
}: CommandParts): CommandHandlers {
  const onRun = (candidates: () => Run[], act: (run: Run) => unknown) => async (argument?: unknown) => {
    const run = await targetRun(store, argument, candidates());
    return run === undefined ? undefined : act(run);
  };
  /** From the toolbar of the debugger: the run of the session that is in front. */
  const onHeld = (act: (run: Run) => unknown) => (argument?: unknown) =>
    onRun(live('paused'), act)(argument instanceof Run ? argument : sessions.active());
  const all = () => store.all();
  const readable = () => store.all().filter(({ summary }) => summary.status !== 'damaged');
  const past = () => store.all().filter((run) => !run.isLive);
  const live = (status?: string) => () =>
    store.live().filter(({ summary }) => status === undefined || summary.status === status);
  const liveOrLast = () => (store.live().length > 0 ? store.live() : readable().slice(0, 1));
  return {
    'trainingDebugger.start': startTraining,
    'trainingDebugger.stop': onRun(live(), (run) => control(run, 'stop')),
    'trainingDebugger.pause': onRun(live('running'), (run) => control(run, 'pause')),
    'trainingDebugger.resume': onRun(live('paused'), (run) => control(run, 'resume')),
    'trainingDebugger.skipUpdate': onHeld((run) => advance(run, 'skip')),
    'trainingDebugger.saveCheckpoint': onRun(live(), (run) => saveCheckpoint(run)),
    'trainingDebugger.resumeFromCheckpoint': onRun(readable, (run) => resumeFromCheckpoint(run, engine)),
    'trainingDebugger.rerun': onRun(past, (run) => rerun(run, engine)),
    'trainingDebugger.openRun': onRun(readable, (run) => panels.show(run)),
    'trainingDebugger.showPanel': onRun(liveOrLast, (run) => panels.show(run)),
    'trainingDebugger.revealRunDirectory': onRun(all, revealDirectory),
    'trainingDebugger.deleteRun': onRun(past, (run) => deleteRun(run, store)),
    'trainingDebugger.copyRun': onRun(all, copySummary),
    'trainingDebugger.refreshRuns': () => store.refresh(),
    'trainingDebugger.chooseGpus': () => chooseGpus(engine),
    'trainingDebugger.chooseInterpreter': chooseInterpreter,
    'trainingDebugger.installTorch': installTorch,
    'trainingDebugger.openExample': () =>
      openExample(vscode.Uri.joinPath(extension.extensionUri, 'examples')),
    'trainingDebugger.getStarted': () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#${WALKTHROUGH}`),
    'trainingDebugger.showLog': () => log.show(),
  };
}
