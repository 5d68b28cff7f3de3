/** Whether what was found in a program is what its head states. */
import { readFileSync } from 'node:fs';
import type { Finding } from '../../src/protocol/runApi.js';
import { formatText } from '../../src/protocol/values.js';
import type { CorpusCase } from './cases.js';

/** A root finding in few words. */
export interface Told {
  rule: string;
  step: number;
  /** Ids of the likely causes it names. */
  causes: string[];
  /** Line in the program, null where the finding is on none or in another file. */
  line: number | null;
  message: string;
}

export interface Verdict {
  /** Anything was found, and in time. */
  detected: boolean;
  /** The first finding names the fault. */
  causeFirst: boolean;
  /** One of the first three that are named is the fault. */
  causeInThree: boolean;
  /** The finding that names the fault is on a line that is to blame. */
  line: boolean;
  /** Step of the finding that names the fault; null where none does. */
  step: number | null;
  /** Root findings that do not name the fault: on a healthy program, false alarms. */
  others: string[];
  roots: Told[];
}

function toldOf(file: string, finding: Finding): Told {
  const { rule, step, causes, source, message } = finding;
  return {
    ...{ rule, step, causes: (causes ?? []).map(({ id }) => id), message: formatText(message) },
    line: source?.file === file ? source.line : null,
  };
}

/** What is named, in order: each finding's rule with its likeliest cause, then its other causes. */
function named(roots: readonly Told[]): string[][] {
  return roots.flatMap(({ rule, causes: [first, ...rest] }) => [
    first === undefined ? [rule] : [rule, first],
    ...rest.map((id) => [id]),
  ]);
}

/** @param lineAt text of a line of the program, counted from 1 */
export function judge(
  one: Pick<CorpusCase, 'file' | 'finds' | 'by' | 'lines'>,
  findings: readonly Finding[],
  lineAt: (line: number) => string,
): Verdict {
  const roots = findings.filter(({ cause }) => cause === null).map((finding) => toldOf(one.file, finding));
  const isFault = (ids: readonly string[]) => ids.some((id) => one.finds.includes(id));
  const names = (told: Told) => isFault([told.rule, ...told.causes]);
  const right = roots.find(names);
  const slots = named(roots);
  const text = right && right.line !== null ? lineAt(right.line) : '';
  return {
    detected: findings.some(({ step }) => step <= one.by),
    causeFirst: isFault(slots[0] ?? []),
    causeInThree: slots.slice(0, 3).some(isFault),
    line: one.lines.some((part) => text.includes(part)),
    step: right?.step ?? null,
    others: roots.filter((told) => !names(told)).map(({ rule }) => rule),
    roots,
  };
}

/** The lines of a file, read once. */
export function linesOf(file: string): (line: number) => string {
  const lines = readFileSync(file, 'utf8').split('\n');
  return (line) => lines[line - 1] ?? '';
}
