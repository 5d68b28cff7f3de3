import * as vscode from 'vscode';
import { LANGUAGES } from '../../contributions/debuggers.js';
import { ignoring } from '../../script/suppressions.js';
import { SOURCE } from './diagnostic.js';

/** Quick fix of a finding: have its rule left alone on this line, by a comment. */
export class IgnoreAction implements vscode.CodeActionProvider {
  static register(): vscode.Disposable {
    const selector = LANGUAGES.map((language) => ({ language, scheme: 'file' }));
    const metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    return vscode.languages.registerCodeActionsProvider(selector, new IgnoreAction(), metadata);
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics
      .filter(({ source }) => source === SOURCE)
      .flatMap((diagnostic) => actionFor(diagnostic, document));
  }
}

function actionFor(diagnostic: vscode.Diagnostic, document: vscode.TextDocument): vscode.CodeAction[] {
  const { code, range } = diagnostic;
  const rule = typeof code === 'object' ? String(code.value) : String(code);
  const mark = document.languageId === 'python' ? '#' : '//';
  const insertion = ignoring(document.getText(), range.start.line + 1, rule, mark);
  if (insertion === null) return [];
  const { line, column, text } = insertion;
  const title = vscode.l10n.t('Ignore {0} on this line', rule);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, new vscode.Position(line - 1, column), text);
  return [action];
}
