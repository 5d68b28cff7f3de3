import * as vscode from 'vscode';
import type { Finding, Severity } from '../../protocol/runApi.js';
import type { SourceLine } from '../../protocol/values.js';
import { suppresses, suppressionsIn } from '../../script/suppressions.js';
import { localize } from '../localize.js';
import { codeColumns } from './lines.js';
import { causesElsewhere, shortForm } from './shortForm.js';

export interface DiagnosticContext {
  /** Folder with a page for each rule. */
  docs: vscode.Uri;
  /** All findings of the run, among them symptoms of this one. */
  others: readonly Finding[];
  /** Where a line (from 0) that the run knew is now. */
  lineNow: (file: string, line: number) => number;
}

/** Of all our diagnostics. */
export const SOURCE = 'Training Debugger';

const SEVERITIES: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Whether the script says by now, on the finding's line, to leave its rule alone. */
export async function isSuppressed(
  { rule, source }: Finding,
  { lineNow }: Pick<DiagnosticContext, 'lineNow'>,
): Promise<boolean> {
  if (source === null) return false;
  const script = await textOf(source.file);
  const line = lineNow(source.file, source.line - 1) + 1;
  return script !== undefined && suppresses(suppressionsIn(script.getText()).get(line), rule);
}

/** @param file where a finding without a source is shown, at its first line: the script. */
export async function toDiagnostic(
  finding: Finding,
  file: string,
  context: DiagnosticContext,
): Promise<vscode.Diagnostic> {
  const range = await rangeOf(finding.source ?? { file, line: 1 }, context);
  const diagnostic = new vscode.Diagnostic(range, words(finding), SEVERITIES[finding.severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = { value: finding.rule, target: vscode.Uri.joinPath(context.docs, `${finding.rule}.md`) };
  diagnostic.relatedInformation = await related(finding, context);
  return diagnostic;
}

function words(finding: Finding): string {
  return shortForm(finding, {
    localize,
    likelyCause: (title) => vscode.l10n.t('Likely cause: {0}.', title),
  });
}

interface Related {
  words: string;
  source: SourceLine;
}

/** Symptoms on their lines, and likely causes that are on another line than the finding. */
async function related(
  finding: Finding,
  context: DiagnosticContext,
): Promise<vscode.DiagnosticRelatedInformation[]> {
  const causes = causesElsewhere(finding).map(({ title, source }): Related => {
    return { words: vscode.l10n.t('Likely cause: {0}.', localize(title)), source };
  });
  const symptoms = context.others.filter(({ cause }) => cause === finding.rule);
  const sourced = symptoms.flatMap(({ message, source }): Related[] =>
    source === null ? [] : [{ words: vscode.l10n.t('Symptom: {0}', localize(message)), source }],
  );
  return Promise.all(
    [...causes, ...sourced].map(async ({ words, source }) => {
      const location = new vscode.Location(vscode.Uri.file(source.file), await rangeOf(source, context));
      return new vscode.DiagnosticRelatedInformation(location, words);
    }),
  );
}

async function rangeOf({ file, line }: SourceLine, context: DiagnosticContext): Promise<vscode.Range> {
  const now = context.lineNow(file, line - 1);
  const [start, end] = codeColumns(await lineText(file, now));
  return new vscode.Range(now, start, now, end);
}

async function lineText(file: string, line: number): Promise<string | undefined> {
  const document = await textOf(file);
  return document !== undefined && line < document.lineCount ? document.lineAt(line).text : undefined;
}

/** The open document, else the file; undefined where there is none. */
async function textOf(file: string): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  } catch {
    return undefined;
  }
}
