/** What a client shows in the editor of a stop at a finding: everything that is known of it. Pure. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Forensics } from '../protocol/inspection.js';
import type { Finding, LikelyCause } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import type { Translate } from './context.js';
import { moduleItems } from './forensics.js';

export function exceptionInfo(
  finding: Finding,
  forensics: Forensics | null,
  translate: Translate,
): DebugProtocol.ExceptionInfoResponse['body'] {
  const message = translate(finding.message);
  return {
    exceptionId: finding.rule,
    description: message,
    breakMode: 'always',
    details: { message, typeName: finding.rule, stackTrace: explanation(finding, forensics, translate) },
  };
}

/** Paragraphs: why it matters, where it comes from, likely causes, what to do. */
function explanation(finding: Finding, forensics: Forensics | null, translate: Translate): string {
  const paragraphs = [
    [translate(finding.explanation)],
    forensics === null ? [] : originLines(forensics, translate),
    causeLines(finding.causes ?? [], translate),
    finding.fixes.map(({ title }) => `• ${translate(title)}`),
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function originLines(forensics: Forensics, translate: Translate): string[] {
  const modules = moduleItems(forensics, translate).map(({ name, value }) => `  ${name}: ${value}`);
  return [translate(forensics.why), ...modules];
}

function causeLines(causes: readonly LikelyCause[], translate: Translate): string[] {
  if (causes.length === 0) return [];
  const lines = causes.map(
    ({ title, because, fix }) => `  ${translate(title)}: ${translate(because)} ${translate(fix)}.`,
  );
  return [translate(text('Likely causes:')), ...lines];
}
