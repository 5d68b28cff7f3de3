/** What the command says on stderr. */
import { relative } from 'node:path';
import type { Finding, RunSnapshot, RunSummary } from '../protocol/runApi.js';
import { formatText, fromWire, type SourceLine, type WireNumber } from '../protocol/values.js';

export function formatNumber(value: WireNumber): string {
  const number = fromWire(value);
  if (!Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e5 || size < 1e-3)
    ? number.toExponential(2)
    : String(Number(number.toPrecision(4)));
}

/** `step 412/938  epoch 3/10  loss 0.2134  2 findings`, in at most `width` columns. */
export function statusLine(summary: RunSummary, width: number): string {
  const { status, steps, totalSteps, epoch, totalEpochs, loss, findings } = summary;
  const parts = [
    status === 'running' ? '' : status,
    `step ${steps}${totalSteps === null ? '' : `/${totalSteps}`}`,
  ];
  if (epoch !== null) parts.push(`epoch ${epoch + 1}${totalEpochs === null ? '' : `/${totalEpochs}`}`);
  if (loss.last !== null) parts.push(`loss ${formatNumber(loss.last)}`);
  const found = Object.values(findings).reduce((sum, count) => sum + count, 0);
  if (found > 0) parts.push(count(found, 'finding'));
  return parts
    .filter((part) => part !== '')
    .join('  ')
    .slice(0, Math.max(0, width - 1));
}

/** What is said once a run is over. */
export function closingWords({ summary, findings, notices }: RunSnapshot, cwd: string): string[] {
  const lines = [outcomeLine(summary)];
  if (summary.problem !== null)
    lines.push(`  ${formatText(summary.problem)}${place(summary.problemSource, cwd)}`);
  for (const notice of notices)
    if (notice.level === 'warning') lines.push(`  notice: ${formatText(notice.message)}`);
  return [
    ...lines,
    ...findings.filter(({ cause }) => cause === null).flatMap((finding) => findingLines(finding, cwd)),
  ];
}

function outcomeLine({ status, steps, loss, findings, startedAt, endedAt }: RunSummary): string {
  const seconds = (endedAt ?? startedAt) - startedAt;
  const parts = [status, count(steps, 'step'), `${seconds.toFixed(1)} s`];
  if (loss.last !== null) parts.push(`loss ${formatNumber(loss.last)}`);
  const found = Object.values(findings).reduce((sum, number) => sum + number, 0);
  parts.push(found === 0 ? 'no findings' : count(found, 'finding'));
  return parts.join(', ');
}

function findingLines(finding: Finding, cwd: string): string[] {
  const where =
    finding.source === null ? '' : `${shownFile(finding.source.file, cwd)}:${finding.source.line}: `;
  const lines = [
    `${where}${finding.severity}: ${formatText(finding.message)} [${finding.rule}, step ${finding.step}]`,
  ];
  return [...lines, ...finding.fixes.map(({ title }) => `    ${formatText(title)}`)];
}

function place(source: SourceLine | null, cwd: string): string {
  return source === null ? '' : ` (${shownFile(source.file, cwd)}:${source.line})`;
}

function shownFile(file: string, cwd: string): string {
  const inside = relative(cwd, file);
  return inside === '' || inside.startsWith('..') ? file : inside;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
