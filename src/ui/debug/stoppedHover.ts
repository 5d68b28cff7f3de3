import * as vscode from 'vscode';
import { LANGUAGES } from '../../contributions/debuggers.js';
import { Disposable } from '../disposable.js';
import { isPaused } from '../runs/run.js';
import type { RunStore } from '../runs/runStore.js';
import { expressionAt, type Language } from './hoverExpression.js';

/**
 * What a hover in the editor evaluates while a training is held. Registered only then: a provider of a language takes
 * the place of the editor's own for every debugger.
 */
export class StoppedHover extends Disposable implements vscode.EvaluatableExpressionProvider {
  private registration: vscode.Disposable | undefined;

  constructor(private readonly store: RunStore) {
    super();
    this.register(store.onDidChangeRun(() => this.update()));
    this.register(store.onDidChangeList(() => this.update()));
    this.register({ dispose: () => void this.registration?.dispose() });
  }

  provideEvaluatableExpression(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.EvaluatableExpression | undefined {
    const { text: line, lineNumber } = document.lineAt(position.line);
    const language: Language = document.languageId === 'python' ? 'python' : 'javascript';
    const found = expressionAt(line, position.character, language);
    if (found === null) return undefined;
    const range = new vscode.Range(lineNumber, found.start, lineNumber, found.end);
    return new vscode.EvaluatableExpression(range, line.slice(found.start, found.end));
  }

  private update(): void {
    const wanted = this.store.live().some(isPaused);
    if (wanted === (this.registration !== undefined)) return;
    this.registration?.dispose();
    this.registration = wanted
      ? vscode.languages.registerEvaluatableExpressionProvider([...LANGUAGES], this)
      : undefined;
  }
}
