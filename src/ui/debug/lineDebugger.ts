/** The debugger of the script's language, in a child session: it stops at lines, the training's own at steps. */
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { AdapterError } from '../../adapter/errors.js';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { isPython } from './configurations.js';

const HOST = '127.0.0.1';
const PYTHON_DEBUGGER = 'ms-python.debugpy';
/** An interpreter on a slow disk takes its time to load the debugger. */
const LISTENS_MS = 60_000;

/** The configuration with a port for the script's debugger. Throws where nothing here could talk to that. */
export async function withLineDebugger(
  config: LaunchConfig,
  configuration: Record<string, unknown>,
): Promise<LaunchConfig> {
  if (!isPython(configuration)) return { ...config, debuggerPort: await freePort() };
  checkExtension();
  const debuggerPort = await freePort();
  const env = { ...config.env, DEBUGPY_ADAPTER_ENDPOINTS: endpointsFile(debuggerPort) };
  return { ...config, debuggerPort, env };
}

/** debugpy writes it as soon as it listens; to try its port would be taken for the client that it waits for. */
function endpointsFile(port: number): string {
  return join(tmpdir(), `training-debugger-debugpy-${port}.json`);
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

/** A port of loopback that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** In the background: the script waits for its debugger, and the session must not wait for the script. */
export function startLineDebugger(
  session: vscode.DebugSession,
  port: number,
  log: vscode.LogOutputChannel,
): void {
  const python = isPython(session.configuration);
  const ready = python ? () => existsSync(endpointsFile(port)) : () => listens(port);
  attachWhen(ready, session, python ? debugpy(port) : node(port)).catch((error: unknown) => {
    log.error(`No line debugger: ${String(error)}`);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The debugger for breakpoints in lines could not be attached: {0}', String(error)),
    );
  });
}

type Ready = () => boolean | Promise<boolean>;

async function attachWhen(
  ready: Ready,
  session: vscode.DebugSession,
  configuration: vscode.DebugConfiguration,
): Promise<void> {
  if (!(await becomes(ready, session))) return;
  await vscode.debug.startDebugging(session.workspaceFolder, configuration, {
    parentSession: session,
    lifecycleManagedByParent: true,
    consoleMode: vscode.DebugConsoleMode.MergeWithParent,
    compact: true,
    suppressSaveBeforeStart: true,
  });
}

/** False where the session is over before. */
async function becomes(ready: Ready, session: vscode.DebugSession): Promise<boolean> {
  const over = new AbortController();
  const ending = vscode.debug.onDidTerminateDebugSession(({ id }) => id === session.id && over.abort());
  const deadline = Date.now() + LISTENS_MS;
  try {
    while (!over.signal.aborted) {
      if (await ready()) return true;
      if (Date.now() > deadline) throw new Error(vscode.l10n.t('it does not answer.'));
      await sleep(100);
    }
    return false;
  } finally {
    ending.dispose();
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
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
