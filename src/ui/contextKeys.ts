import * as vscode from 'vscode';
import { Disposable } from './disposable.js';
import { isPaused } from './runs/run.js';
import type { RunStore } from './runs/runStore.js';

/** What `when` clauses ask: is a training live, is one held, are there runs. */
export class ContextKeys extends Disposable {
  private readonly values = new Map<string, boolean>();

  constructor(private readonly store: RunStore) {
    super();
    this.register(store.onDidChangeList(() => this.update()));
    this.register(store.onDidChangeRun(() => this.update()));
  }

  private update(): void {
    this.set('trainingDebugger.live', this.store.live().length > 0);
    this.set('trainingDebugger.paused', this.store.live().some(isPaused));
    this.set('trainingDebugger.hasRuns', this.store.all().length > 0);
  }

  private set(key: string, value: boolean): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
