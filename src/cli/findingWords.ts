/** Findings and the coverage of the checks, in lines of a terminal. */
import { relative } from 'node:path';
import type { CheckReport, Finding, LikelyCause, RunSnapshot } from '../protocol/runApi.js';
import { formatText, fromWire, type SourceLine, type WireNumber } from '../protocol/values.js';

/** Columns that lists are broken at. */
const COLUMNS = 100;

export function formatNumber(value: WireNumber): string {
  const number = fromWire(value);
  if (!Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e5 || size < 1e-3)
    ? number.toExponential(2)
    : String(Number(number.toPrecision(4)));
}

/** Each problem with its causes, symptoms and fixes; then which checks ran, and why the others could not. */
export function diagnosisLines({ findings, checks }: RunSnapshot, cwd: string): string[] {
  const roots = findings.filter(({ cause }) => cause === null);
  return [...roots.flatMap((root) => findingLines(root, findings, cwd)), ...coverageLines(checks)];
}

function findingLines(finding: Finding, all: readonly Finding[], cwd: string): string[] {
  const { source, severity, message, rule, step, causes = [], fixes } = finding;
  const where = source === null ? '' : `${shownPlace(source, cwd)}: `;
  const symptoms = all.filter(({ cause, id }) => cause === rule && id !== finding.id);
  return [
    `${where}${severity}: ${formatText(message)} [${rule}, step ${step}]`,
    ...causes.flatMap((cause, index) => causeLines(cause, index, cwd)),
    ...symptoms.map((symptom) => `    symptom: ${formatText(symptom.message)} [${symptom.rule}]`),
    ...fixes.map(({ title }) => `    fix: ${formatText(title)}`),
  ];
}

function causeLines({ title, because, fix, source }: LikelyCause, index: number, cwd: string): string[] {
  const likely = index === 0 ? 'likeliest cause' : 'or';
  return [
    `    ${likely}: ${formatText(title)}${place(source, cwd)}`,
    `        because: ${formatText(because)}`,
    `        fix: ${formatText(fix)}`,
  ];
}

/** `checks: 31 ran, 9 could not`, then the reasons with the rules that they are of. */
export function coverageLines(checks: readonly CheckReport[]): string[] {
  if (checks.length === 0) return [];
  const ran = checks.filter(({ status }) => status === 'ran');
  const suppressed = ran.filter((check) => (check.suppressed?.length ?? 0) > 0);
  const skipped = checks.filter(({ status }) => status === 'skipped');
  const parts = [`${ran.length} ran`];
  if (skipped.length > 0) parts.push(`${skipped.length} could not`);
  if (suppressed.length > 0) parts.push(`${suppressed.length} suppressed`);
  return [
    `checks: ${parts.join(', ')}`,
    ...wrapped(
      'ran',
      ran.map(({ rule }) => rule),
    ),
    ...byReason([...skipped, ...suppressed]),
  ];
}

function byReason(checks: readonly CheckReport[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { rule, reason } of checks) {
    const why = reason === null ? 'No reason is known.' : formatText(reason);
    groups.set(why, [...(groups.get(why) ?? []), rule]);
  }
  return [...groups].flatMap(([why, rules]) => wrapped(why.replace(/\.$/, ''), rules));
}

/** `    label: a, b, c`, over several lines where it is long. */
function wrapped(label: string, words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = `    ${label}:`;
  words.forEach((word, index) => {
    const part = ` ${word}${index < words.length - 1 ? ',' : ''}`;
    if (line.length + part.length > COLUMNS && line.trim() !== '') {
      lines.push(line);
      line = '       ';
    }
    line += part;
  });
  return words.length === 0 ? [] : [...lines, line];
}

export function place(source: SourceLine | null, cwd: string): string {
  return source === null ? '' : ` (${shownPlace(source, cwd)})`;
}

/** `train.py:31`, relative where it is inside `cwd`. */
export function shownPlace({ file, line }: SourceLine, cwd: string): string {
  const inside = relative(cwd, file);
  return `${inside === '' || inside.startsWith('..') ? file : inside}:${line}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
