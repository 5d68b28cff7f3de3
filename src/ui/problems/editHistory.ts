import * as vscode from 'vscode';
import { LANGUAGES } from '../../contributions/debuggers.js';
import { Disposable } from '../disposable.js';
import { moveLine, type LineEdit } from './lines.js';

/** Edits kept a file; beyond that the oldest go, and lines of old runs may be off. */
const MOST_EDITS = 2000;

/** Edits that moved lines of scripts, so that a line a run knew at its start is found where it is now. */
export class EditHistory extends Disposable {
  private readonly edits = new Map<string, LineEdit[]>();
  private readonly moved = this.register(new vscode.EventEmitter<string>());
  /** Lines moved in this file. */
  readonly onDidMove = this.moved.event;

  constructor() {
    super();
    this.register(vscode.workspace.onDidChangeTextDocument((event) => this.remember(event)));
  }

  /** @param since seconds since 1970 at which `line` (from 0) was true. */
  lineNow(file: string, line: number, since: number): number {
    return moveLine(
      line,
      (this.edits.get(file) ?? []).filter(({ time }) => time >= since * 1000),
    );
  }

  private remember({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.scheme !== 'file' || !isScript(document.languageId)) return;
    const changes = contentChanges.map(toEdit).filter(({ startLine, endLine, insertedLines }) => {
      return endLine - startLine !== insertedLines;
    });
    if (changes.length === 0) return;
    const file = document.uri.fsPath;
    this.edits.set(file, [...(this.edits.get(file) ?? []), ...changes].slice(-MOST_EDITS));
    this.moved.fire(file);
  }
}

function isScript(language: string): boolean {
  return LANGUAGES.some((known) => known === language);
}

function toEdit({ range, text }: vscode.TextDocumentContentChangeEvent): LineEdit {
  return {
    time: Date.now(),
    startLine: range.start.line,
    startsAtLineStart: range.start.character === 0,
    endLine: range.end.line,
    insertedLines: text.split('\n').length - 1,
  };
}
