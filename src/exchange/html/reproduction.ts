/** How to do the run again, and to diagnose it again. */
import type { HtmlReportInput, Reproduction } from '../htmlReport.js';
import { escape, section, terms } from './markup.js';

/** Packages that decide what a training computes; the whole list is in the run's record. */
const TOLD =
  /^(torch|torchvision|torchaudio|numpy|lightning|pytorch-lightning|transformers|accelerate|tensorflow|@tensorflow\/.*)$/;

export function reproductionSection({ snapshot, reproduction }: HtmlReportInput): string {
  const { directory } = snapshot.summary;
  const again = `<p>Diagnose the record again, with the rules of the installed version:</p><pre tabindex="0">training-debugger replay ${escape(quoted(directory))}</pre>`;
  if (reproduction === null) return section('reproduce', 'How to reproduce', again);
  const { command, cwd } = reproduction;
  const started = `cd ${quoted(cwd)}\n${command.map(quoted).join(' ')}`;
  return section(
    'reproduce',
    'How to reproduce',
    `<p>The training was started as:</p><pre tabindex="0">${escape(started)}</pre>${terms(rows(reproduction))}${again}`,
  );
}

function rows(run: Reproduction): [string, string][] {
  const pairs = (record: Readonly<Record<string, unknown>>) =>
    escape(
      Object.entries(record)
        .map(([name, value]) => `${name} = ${String(value)}`)
        .join(', '),
    );
  const packages = Object.entries(run.packages).filter(([name]) => TOLD.test(name));
  const told: [string, string][] = [
    ['Hyperparameters', pairs(run.hyperparameters)],
    ['Seeds', pairs(run.seeds)],
    ['Sources', run.git === null ? '' : gitWords(run.git)],
    ['Interpreter', escape(run.interpreter ?? '')],
    ['Packages', escape(packages.map(([name, version]) => `${name} ${version}`).join(', '))],
    ['Device', escape(run.device ?? '')],
    ['Machine', escape(run.machine)],
    ['Training Debugger', escape(run.version)],
  ];
  return told.filter(([, value]) => value !== '');
}

function gitWords({ commit, branch, changed }: NonNullable<Reproduction['git']>): string {
  const on = branch === null ? '' : ` on ${escape(branch)}`;
  const dirty =
    changed === 0 ? '' : `, with ${changed} changed files (git.diff of the record has the changes)`;
  return `<code>${escape(commit.slice(0, 12))}</code>${on}${dirty}`;
}

/** As a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
