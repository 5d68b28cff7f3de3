/** The evaluation as people read it: Markdown tables, which are readable in a terminal as well. */
import { RULES } from '../../src/diagnosis/registry.js';
import { type Group, grouped, type Run, summarise, type Summary } from './summary.js';

const HEADER = [
  'programs',
  'faulty runs',
  'detected',
  'cause first',
  'cause in 3',
  'line',
  'steps (median)',
  'steps (90 %)',
  'healthy runs',
  'false alarms',
];

function percent(share: number): string {
  return Number.isNaN(share) ? '' : `${(100 * share).toFixed(1)} %`;
}

function count(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}

function row({ name, summary }: Group): string[] {
  const { faulty, detected, causeFirst, causeInThree, line, medianStep, ninetiethStep, healthy } = summary;
  return [
    ...[name, String(faulty), percent(detected), percent(causeFirst), percent(causeInThree), percent(line)],
    ...[count(medianStep), count(ninetiethStep), String(healthy), healthy ? String(summary.falseAlarms) : ''],
  ];
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(3, ...all.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

function summaryTable(groups: readonly Group[]): string {
  return table(HEADER, groups.map(row));
}

const CATEGORIES = new Map(RULES.map(({ id, category }) => [id, category]));

/** The category of the rule that is to find the fault. */
export function faultClass({ one }: Run): string {
  const categories = one.finds.map((id) => CATEGORIES.get(id)).filter((category) => category !== undefined);
  return categories[0] ?? 'not in the catalogue';
}

export interface Groups {
  all: Summary;
  halves: Group[];
  frameworks: Group[];
  classes: Group[];
}

export function groupsOf(runs: readonly Run[]): Groups {
  const faulty = runs.filter(({ one }) => one.fault !== null);
  return {
    all: summarise(runs),
    halves: grouped(runs, ({ one }) => one.half),
    frameworks: grouped(runs, ({ one }) => one.framework),
    classes: grouped(faulty, faultClass),
  };
}

function toldAs(run: Run): string {
  const told = run.verdict.roots.map(({ rule, step, line, causes }) => {
    const because = causes.length === 0 ? '' : ` (${causes.join(', ')})`;
    return `${rule}${because} at step ${step}, line ${line ?? '?'}`;
  });
  return told.join('; ') || 'nothing';
}

function whatIsWrong({ one, verdict }: Run): string | null {
  if (one.fault === null) return verdict.others.length > 0 ? 'false alarm' : null;
  if (verdict.roots.length === 0) return 'not detected';
  if (!verdict.detected) return 'detected too late';
  if (!verdict.causeInThree) return 'another cause';
  if (!verdict.causeFirst) return 'cause not first';
  return verdict.line ? null : 'another line';
}

const WORST_FIRST = [
  'false alarm',
  'not detected',
  'another cause',
  'cause not first',
  'another line',
  'detected too late',
];

/** Runs that are not as they should be, the worst first. */
export function shortcomings(runs: readonly Run[]): { run: Run; problem: string; told: string }[] {
  return runs
    .flatMap((run) => {
      const problem = whatIsWrong(run);
      return problem === null ? [] : [{ run, problem, told: toldAs(run) }];
    })
    .sort((a, b) => WORST_FIRST.indexOf(a.problem) - WORST_FIRST.indexOf(b.problem));
}

function shortcomingsTable(runs: readonly Run[]): string {
  const rows = shortcomings(runs).map(({ run: { one, seed }, problem, told }) => [
    `${one.name}, seed ${seed}`,
    problem,
    one.finds.join(', '),
    told,
  ]);
  if (rows.length === 0) return 'None.';
  return table(['run', 'problem', 'expected', 'found'], rows);
}

/** Programs and runs by kind, for the sentence above the tables. */
function extent(runs: readonly Run[]): string {
  const programs = (faulty: boolean) =>
    new Set(runs.filter(({ one }) => (one.fault !== null) === faulty).map(({ one }) => one.name)).size;
  return `${programs(true)} faulty and ${programs(false)} healthy programs, ${runs.length} runs.`;
}

const INTRODUCTION = `# Evaluation

Written by \`npm run eval -- --markdown docs/evaluation.md\`. Every program of \`test/corpus\` states at its head what is
wrong with it, which rules or causes may say so, by which step and on which line. It is run as a user runs it, with
several seeds; the seeds of PyTorch's programs take the newest and the oldest supported PyTorch in turns.

- **detected**: anything was found by the step it must be known by.
- **cause first**: the first finding, or the likeliest cause that it names, is the fault. **cause in 3**: one of the
  first three that are named is.
- **line**: the finding that names the fault is on a line that is to blame.
- **steps**: until the fault was named, where it was.
- **false alarms**: runs of healthy programs with any finding, hints included.

Shares are of all runs of faulty programs. Thresholds were set with the programs of the half \`tuning\` in view; the half
\`held out\` shows how far that carries. The halves are split by a hash of the program's name, never by seed.`;

const KNOWN =
  'Judged by `--known` from the logs there were: some were recorded before the last changes of a probe, and all are judged by the rules of now.';

/** @param known whether the runs are those of earlier logs */
export function markdown(runs: readonly Run[], known: boolean): string {
  const groups = groupsOf(runs);
  const sections = [
    ['## All', summaryTable([{ name: 'all', summary: groups.all }])],
    ['## By half', summaryTable(groups.halves)],
    ['## By framework', summaryTable(groups.frameworks)],
    ['## By class of fault', summaryTable(groups.classes)],
    ['## What went wrong', shortcomingsTable(runs)],
  ];
  return [INTRODUCTION, ...(known ? [KNOWN] : []), extent(runs), ...sections.flat()].join('\n\n');
}
