import * as vscode from 'vscode';
import type { Finding } from '../../protocol/runApi.js';
import { Disposable } from '../disposable.js';
import type { Engine } from '../engine.js';
import type { Run } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { findingsCount } from '../runs/runWords.js';
import { isSuppressed, toDiagnostic, type DiagnosticContext } from './diagnostic.js';
import { EditHistory } from './editHistory.js';
import { onePerLine } from './ranks.js';
import { isUnchangedSince, Scripts } from './scripts.js';

const SETTLE_MS = 100;

/** Findings in the Problems view and under their lines: those of the newest run of each script. */
export class Problems extends Disposable {
  private readonly collection = this.register(
    vscode.languages.createDiagnosticCollection('trainingDebugger'),
  );
  private readonly edits = this.register(new EditHistory());
  private readonly scripts: Scripts;
  /** Past runs whose findings were asked for, or need not be. */
  private readonly settled = new WeakSet<Run>();
  /** Files with findings, also those that a comment hides by now. */
  private readonly shown = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private showing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: RunStore,
    engine: Engine,
    private readonly docs: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.scripts = new Scripts(engine);
    this.register(store.onDidChangeList(() => this.soon()));
    this.register(store.onDidStart(() => this.soon()));
    this.register(store.onDidFind(() => this.soon()));
    this.register(store.onDidEnd(() => this.soon()));
    this.register(this.edits.onDidMove(() => this.soon()));
    // A comment may come or go that hides a finding.
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.shown.has(document.uri.fsPath)) this.soon();
      }),
    );
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.showing = this.showing
        .then(() => this.show())
        .catch((error: unknown) => this.log.error(String(error)));
    }, SETTLE_MS);
  }

  private async show(): Promise<void> {
    const newest = await this.scripts.newest(this.store.all());
    const byFile = new Map<string, vscode.Diagnostic[]>();
    this.shown.clear();
    for (const [script, run] of newest) {
      await this.settle(run, script);
      const causes = onePerLine(run.findings.filter(({ cause }) => cause === null));
      for (const finding of causes) await this.place(finding, run, script, byFile);
    }
    if (this.isDisposed) return;
    this.collection.clear();
    this.collection.set([...byFile].map(([file, diagnostics]) => [vscode.Uri.file(file), diagnostics]));
  }

  /** Reads what a past run found, where its script has not been changed since. */
  private async settle(run: Run, script: string): Promise<void> {
    const { summary } = run;
    if (this.settled.has(run) || run.isLive || run.findings.length > 0) return;
    this.settled.add(run);
    if (findingsCount(summary.findings) === 0 || summary.status === 'damaged') return;
    if (await isUnchangedSince(script, summary.endedAt ?? summary.startedAt)) await run.readFindings();
  }

  private async place(
    finding: Finding,
    run: Run,
    script: string,
    byFile: Map<string, vscode.Diagnostic[]>,
  ): Promise<void> {
    const file = finding.source?.file ?? script;
    const context: DiagnosticContext = {
      docs: this.docs,
      others: run.findings,
      lineNow: (of, line) => this.edits.lineNow(of, line, run.summary.startedAt),
    };
    this.shown.add(file);
    if (await isSuppressed(finding, context)) return;
    const diagnostic = await toDiagnostic(finding, file, context);
    byFile.set(file, [...(byFile.get(file) ?? []), diagnostic]);
  }
}
