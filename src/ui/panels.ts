import type * as vscode from 'vscode';
import { Disposable } from './disposable.js';
import type { Engine } from './engine.js';
import { rerun } from './commands/runCommands.js';
import { PanelManager } from './panel/panelManager.js';
import type { Run } from './runs/run.js';
import type { RunStore } from './runs/runStore.js';
import { setting } from './settings.js';

/** When panels open and close: at the start of a training where the setting says so, and with the run itself. */
export class Panels extends Disposable {
  private readonly manager: PanelManager;

  constructor(store: RunStore, engine: Engine, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    super();
    this.manager = this.register(
      new PanelManager({
        extensionUri,
        log,
        attach: async (directory) => (await store.find(directory)).share(),
        rerun: async (directory) => {
          await rerun(await store.find(directory), engine);
        },
      }),
    );
    this.register(store.onDidStart((run) => setting('openPanelOnStart') && this.show(run)));
    this.register(store.onDidRemove((run) => this.manager.close(run.directory)));
  }

  show(run: Run): void {
    this.manager.openRun(run.share(), run.summary);
  }
}
