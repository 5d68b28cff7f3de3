/** Composition root: builds the parts, wires and registers them. */
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './contributions/debuggers.js';
import { commandHandlers } from './ui/commands/handlers.js';
import { registerCommands } from './ui/commands/register.js';
import { ContextKeys } from './ui/contextKeys.js';
import { AdapterFactory } from './ui/debug/adapterFactory.js';
import { ActiveFileProvider, ConfigurationProvider } from './ui/debug/configurationProvider.js';
import { Launcher } from './ui/debug/launcher.js';
import { SessionRuns } from './ui/debug/sessionRuns.js';
import { StoppedHover } from './ui/debug/stoppedHover.js';
import { engineOf } from './ui/engine.js';
import { firstRun } from './ui/firstRun.js';
import { Panels } from './ui/panels.js';
import { Failures } from './ui/problems/failures.js';
import { IgnoreAction } from './ui/problems/ignoreAction.js';
import { Problems } from './ui/problems/problems.js';
import { RunStore } from './ui/runs/runStore.js';
import { RunsView } from './ui/runs/runsView.js';
import { StatusBar } from './ui/status/statusBar.js';

export function activate(context: vscode.ExtensionContext): void {
  const { extension, extensionUri } = context;
  const log = vscode.window.createOutputChannel('Training Debugger', { log: true });
  const engine = engineOf(vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath);
  const store = new RunStore(engine, log);
  const sessions = new SessionRuns();
  const launcher = new Launcher(engine, store, sessions, log);
  const panels = new Panels(store, engine, extensionUri, log);
  context.subscriptions.push(
    log,
    store,
    panels,
    sessions,
    new ContextKeys(store),
    new RunsView(store),
    new StatusBar(store),
    new Problems(store, engine, vscode.Uri.joinPath(extensionUri, 'docs', 'rules'), log),
    IgnoreAction.register(),
    new Failures(store),
    new StoppedHover(store),
    registerCommands(commandHandlers({ store, engine, log, extension, panels, sessions }), log),
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, new AdapterFactory(launcher)),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new ConfigurationProvider()),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      new ActiveFileProvider(),
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
  void store.refresh().then(() => firstRun(context));
}
