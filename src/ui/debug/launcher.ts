import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { AdapterError, type ErrorAction } from '../../adapter/errors.js';
import { textOfError } from '../../protocol/errors.js';
import type { LaunchConfig, RunClient } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { pickRun } from '../commands/pickRun.js';
import type { Engine } from '../engine.js';
import { remediesFor } from '../problems/remedies.js';
import type { Run } from '../runs/run.js';
import { runsDirectoryOf } from '../runs/runFolders.js';
import type { RunStore } from '../runs/runStore.js';
import { startLineDebugger, withLineDebugger } from './lineDebugger.js';
import type { SessionRuns } from './sessionRuns.js';

/** Starts and finds runs for debug sessions; what goes wrong becomes an error with something to do about it. */
export class Launcher {
  constructor(
    private readonly engine: Engine,
    private readonly store: RunStore,
    private readonly sessions: SessionRuns,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async launch(configuration: Record<string, unknown>, session: vscode.DebugSession): Promise<RunClient> {
    if (!vscode.workspace.isTrusted) throw restricted();
    try {
      const config = await this.configOf(configuration, session.workspaceFolder);
      const run = await this.store.launch(config);
      startLineDebugger(session, config, this.log);
      return this.share(run, session);
    } catch (error) {
      this.log.error(
        `Not started: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      throw explained(error);
    }
  }

  async attach(configuration: Record<string, unknown>, session: vscode.DebugSession): Promise<RunClient> {
    if (!vscode.workspace.isTrusted) throw restricted();
    await this.store.refresh();
    const asked = configuration['run'];
    const directory = typeof asked === 'string' ? absolute(asked, session.workspaceFolder) : undefined;
    const run = directory === undefined ? await this.chooseLive() : this.store.get(directory);
    if (run?.isConnected === true) return this.share(run, session);
    if (run === undefined && directory !== undefined) return this.engine.attach(directory);
    throw new AdapterError(text('No training is running here. Start one, or name its directory in “run”.'));
  }

  private async configOf(
    configuration: Record<string, unknown>,
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<LaunchConfig> {
    const config = await this.engine.parseConfig(configuration, defaults(configuration, folder));
    return configuration['debugger'] === true ? withLineDebugger(config, configuration) : config;
  }

  private share(run: Run, session: vscode.DebugSession): RunClient {
    this.sessions.add(session, run);
    return run.share();
  }

  private async chooseLive(): Promise<Run | undefined> {
    const live = this.store.live();
    return live.length > 1 ? pickRun(live) : live[0];
  }
}

function defaults(configuration: Record<string, unknown>, folder: vscode.WorkspaceFolder | undefined) {
  const program = configuration['program'];
  const root = folder?.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const workspace = root ?? vscode.Uri.file(typeof program === 'string' ? dirname(program) : process.cwd());
  return { workspace: workspace.fsPath, runsDirectory: runsDirectoryOf(workspace) };
}

function absolute(path: string, folder: vscode.WorkspaceFolder | undefined): string {
  return isAbsolute(path) || folder === undefined ? path : join(folder.uri.fsPath, path);
}

function restricted(): AdapterError {
  return new AdapterError(
    text('This workspace is in Restricted Mode, in which no training is started. Trust the workspace first.'),
    { label: text('Manage Workspace Trust'), url: 'command:workbench.trust.manage' },
  );
}

/** The engine's errors carry a text; the first remedy that fits becomes the button. */
function explained(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const problem = textOfError(error) ?? text('{0}', error instanceof Error ? error.message : String(error));
  const [remedy] = remediesFor(problem);
  const action: ErrorAction | undefined =
    remedy === undefined ? undefined : { label: remedy.title, url: `command:${remedy.command}` };
  return new AdapterError(problem, action);
}
