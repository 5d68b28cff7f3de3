import * as vscode from 'vscode';
import type { CommandId } from '../../contributions.js';
import { Disposable } from '../disposable.js';
import { localize } from '../localize.js';
import type { RunStore } from '../runs/runStore.js';
import { statusLine } from '../runs/runWords.js';

const OPEN: CommandId = 'trainingDebugger.showPanel';

/** Where the live training is, at a glance; hidden when none is. */
export class StatusBar extends Disposable {
  private readonly item = this.register(
    vscode.window.createStatusBarItem('trainingDebugger.status', vscode.StatusBarAlignment.Left, 50),
  );

  constructor(private readonly store: RunStore) {
    super();
    this.item.name = vscode.l10n.t('Training');
    this.item.command = OPEN;
    this.register(store.onDidChangeRun(() => this.show()));
    this.register(store.onDidChangeList(() => this.show()));
  }

  private show(): void {
    const live = this.store.live();
    const [newest] = live;
    if (newest === undefined) {
      this.item.hide();
      return;
    }
    const line = statusLine(newest, localize);
    this.item.text = live.length === 1 ? line : `${line} ${vscode.l10n.t('(+{0} more)', live.length - 1)}`;
    this.item.tooltip = vscode.l10n.t('{0}: show the panel', newest.summary.name);
    this.item.show();
  }
}
