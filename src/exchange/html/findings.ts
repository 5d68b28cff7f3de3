/** Findings, each with what was seen, where, what it likely comes from and what to do. */
import type { Finding, LikelyCause } from '../../protocol/runApi.js';
import { formatText, fromWire, type SourceLine, type WireNumber } from '../../protocol/values.js';
import type { HtmlReportInput } from '../htmlReport.js';
import { escape, placeOf, readable, section, tag } from './markup.js';

/** Lines shown above and below the one that a finding points at. */
const AROUND = 3;

export function findingsSection(input: HtmlReportInput): string {
  const { findings } = input.snapshot;
  const roots = findings.filter(({ cause }) => cause === null);
  const cards = roots.map((root) => card(root, symptomsOf(root, findings), input));
  const nothing =
    '<p class="empty">Nothing was found. The checks below say what was looked for, and what could not be.</p>';
  return section('findings', 'Findings', cards.length === 0 ? nothing : cards.join('\n'));
}

function symptomsOf({ rule, id }: Finding, all: readonly Finding[]): Finding[] {
  return all.filter((other) => other.cause === rule && other.id !== id);
}

function card(finding: Finding, symptoms: readonly Finding[], { scripts, titles }: HtmlReportInput): string {
  const { rule, severity, step, rank, message, explanation, source, causes = [], fixes } = finding;
  const title = titles[rule];
  const at = `${escape(rule)} · step ${step}${rank > 0 ? ` · rank ${rank}` : ''}`;
  const parts = [
    `<h3><span class="badge ${severity}">${severity}</span> ${escape(title ? formatText(title) : rule)}</h3>`,
    `<p class="message">${escape(formatText(message))}</p>`,
    `<p class="where">${at}${source === null ? '' : ` · ${placeOf(source)}`}</p>`,
    source === null ? '' : excerpt(source, scripts),
    `<p>${escape(formatText(explanation))}</p>`,
    causesList(causes),
    list(
      'What to do',
      fixes.map((fix) => escape(formatText(fix.title))),
    ),
    list(
      'Follows from it',
      symptoms.map((symptom) => symptomLine(symptom)),
    ),
    evidenceTable(finding.evidence),
  ];
  return tag('article', { class: severity }, parts.filter((part) => part !== '').join('\n'));
}

function causesList(causes: readonly LikelyCause[]): string {
  if (causes.length === 0) return '';
  const items = causes.map(({ title, because, fix, source }) => {
    const where = source === null ? '' : ` ${placeOf(source)}`;
    return `<li><strong>${escape(formatText(title))}</strong>${where}<br>${escape(formatText(because))}<br><em>${escape(formatText(fix))}</em></li>`;
  });
  return `<h4>Likely causes, the likeliest first</h4><ol>${items.join('')}</ol>`;
}

function symptomLine({ message, rule, step }: Finding): string {
  return `${escape(formatText(message))} <span class="where">${escape(rule)} · step ${step}</span>`;
}

function list(heading: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h4>${escape(heading)}</h4><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function evidenceTable(evidence: Finding['evidence']): string {
  const rows = Object.entries(evidence).map(
    ([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(shown(value))}</td></tr>`,
  );
  if (rows.length === 0) return '';
  return `<details><summary>Evidence</summary><table class="evidence">${rows.join('')}</table></details>`;
}

function shown(value: WireNumber | string): string {
  if (typeof value === 'number') return readable(value);
  return Number.isNaN(fromWire(value as WireNumber)) ? value : readable(fromWire(value as WireNumber));
}

/** The line with a few around it, as the file is now; nothing where it cannot be read or is shorter than that. */
function excerpt({ file, line }: SourceLine, scripts: ReadonlyMap<string, readonly string[]>): string {
  const lines = scripts.get(file);
  if (!lines || line > lines.length) return '';
  const first = Math.max(1, line - AROUND);
  const rows = lines.slice(first - 1, line + AROUND).map((content, index) => {
    const number = first + index;
    const row = `<span class="number">${String(number).padStart(4)}</span> ${escape(content)}`;
    return number === line ? `<mark>${row}</mark>` : row;
  });
  return `<pre tabindex="0" aria-label="${escape(file)}">${rows.join('\n')}</pre>`;
}
