/** The debugger of the script's language, in a child session: it stops at lines, the training's own at steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { AdapterError } from '../../adapter/errors.js';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { isPython } from './configurations.js';
import { debuggerListens, HOST, withDebuggerPort } from './debuggerPort.js';

const PYTHON_DEBUGGER = 'ms-python.debugpy';
/** An interpreter on a slow disk takes its time to load the debugger. */
const LISTENS_MS = 60_000;

/** The configuration with a port for the script's debugger. Throws where nothing here could talk to that. */
export async function withLineDebugger(
  config: LaunchConfig,
  configuration: Record<string, unknown>,
): Promise<LaunchConfig> {
  const python = isPython(configuration);
  if (python) checkExtension();
  return withDebuggerPort(config, python);
}

function checkExtension(): void {
  if (vscode.extensions.getExtension(PYTHON_DEBUGGER) !== undefined) return;
  throw new AdapterError(
    text(
      '“debugger” needs the extension Python Debugger ({0}) for breakpoints in lines. Install it, or leave “debugger” out.',
      PYTHON_DEBUGGER,
    ),
    { label: text('Show the Extension'), url: `vscode:extension/${PYTHON_DEBUGGER}` },
  );
}

/** In the background: the script waits for its debugger, and the session must not wait for the script. */
export function startLineDebugger(
  session: vscode.DebugSession,
  config: LaunchConfig,
  log: vscode.LogOutputChannel,
): void {
  const { debuggerPort: port } = config;
  if (port === undefined) return;
  const attached = isPython(session.configuration) ? debugpy(port) : node(port);
  attachTo(session, config, attached).catch((error: unknown) => {
    log.error(`No line debugger: ${String(error)}`);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The debugger for breakpoints in lines could not be attached: {0}', String(error)),
    );
  });
}

async function attachTo(
  session: vscode.DebugSession,
  config: LaunchConfig,
  attached: vscode.DebugConfiguration,
): Promise<void> {
  if (!(await listensBeforeEnd(session, config))) return;
  await vscode.debug.startDebugging(session.workspaceFolder, attached, {
    parentSession: session,
    lifecycleManagedByParent: true,
    consoleMode: vscode.DebugConsoleMode.MergeWithParent,
    compact: true,
    suppressSaveBeforeStart: true,
  });
}

/** False where the session is over before. */
async function listensBeforeEnd(session: vscode.DebugSession, config: LaunchConfig): Promise<boolean> {
  const over = new AbortController();
  const ending = vscode.debug.onDidTerminateDebugSession(({ id }) => id === session.id && over.abort());
  const deadline = Date.now() + LISTENS_MS;
  try {
    while (!over.signal.aborted) {
      if (await debuggerListens(config)) return true;
      if (Date.now() > deadline) throw new Error(vscode.l10n.t('it does not answer.'));
      await sleep(100);
    }
    return false;
  } finally {
    ending.dispose();
  }
}

function debugpy(port: number): vscode.DebugConfiguration {
  return {
    type: 'debugpy',
    request: 'attach',
    name: vscode.l10n.t('Lines'),
    connect: { host: HOST, port },
    justMyCode: true,
  };
}

/** The script is stopped before its first line; it goes on once breakpoints are set. */
function node(port: number): vscode.DebugConfiguration {
  return {
    type: 'node',
    request: 'attach',
    name: vscode.l10n.t('Lines'),
    address: HOST,
    port,
    continueOnAttach: true,
    skipFiles: ['<node_internals>/**'],
  };
}
