/** Pages about rules, from the rules themselves: docs/rules/<id>.md and an index. */
import { formatText } from '../protocol/values.js';
import { CAUSATIONS } from './causes/roots.js';
import type { Category, Rule, Threshold } from './rule.js';

const CATEGORIES: Record<Category, string> = {
  loss: 'Loss',
  gradients: 'Gradients',
  weights: 'Weights and activations',
  optimisation: 'Optimisation',
  generalisation: 'Generalisation',
  data: 'Data',
  resources: 'Resources',
};

const NOTE = '<!-- Generated from the rule itself; change it there. -->';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A bar would end the cell, also within code. */
function cell(content: string): string {
  return content.replace(/(?<!\\)\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

function thresholdRow([name, threshold]: [string, Threshold]): string[] {
  const { default: value, minimum, maximum, unit, description, origin } = threshold;
  return [`\`${name}\``, `${value} ${unit}`, `${minimum} to ${maximum}`, description, origin];
}

function thresholdSection(rule: Rule<unknown>): string[] {
  const rows = Object.entries(rule.thresholds).map(thresholdRow);
  if (rows.length === 0) return [];
  return ['## Thresholds', table(['name', 'default', 'range', 'what it is', 'where it comes from'], rows)];
}

/** What the rule's finding explains, and what explains it. */
function relationSection({ id }: Rule<unknown>, known: ReadonlySet<string>): string[] {
  const causes = CAUSATIONS.filter(({ symptoms }) => symptoms.includes(id)).map(({ cause }) => cause);
  const symptoms = CAUSATIONS.filter(({ cause }) => cause === id).flatMap((one) => one.symptoms);
  const links = (ids: readonly string[]) =>
    [...new Set(ids)]
      .filter((one) => known.has(one))
      .map((one) => `[${one}](${one}.md)`)
      .join(', ');
  const [above, below] = [links(causes), links(symptoms)];
  const lines = [
    ...(above === '' ? [] : [`Shown under its cause, where one of these is found: ${above}.`]),
    ...(below === '' ? [] : [`Where this is found, these are shown under it: ${below}.`]),
  ];
  return lines.length === 0 ? [] : ['## What it goes with', ...lines];
}

function optionSection(rule: Rule<unknown>): string[] {
  const { id, severity, thresholds } = rule;
  const [name, threshold] = Object.entries(thresholds)[0] ?? [];
  const setting =
    name === undefined || threshold === undefined ? severity : { severity, [name]: threshold.default };
  const example = JSON.stringify({ 'trainingDebugger.rules': { [id]: setting } }, null, 2);
  const flags = [
    `--rule ${id}=off`,
    ...(name === undefined || threshold === undefined
      ? []
      : [`--threshold ${id}.${name}=${threshold.default}`]),
  ];
  return [
    '## Options',
    'In the settings, or under `rules` of a configuration in `launch.json`: `"off"`, `"error"`, `"warning"`, ' +
      '`"info"` or `"hint"`, or an object with a severity and thresholds.',
    `\`\`\`json\n${example}\n\`\`\``,
    `In a terminal: \`${flags.join(' ')}\` of \`training-debugger run\` and \`replay\`.`,
    'To leave it alone on one line of the script, put a comment at the end of that line or alone on the line above:',
    `\`\`\`python\n# training-debugger: ignore[${id}]\n\`\`\``,
    `\`\`\`js\n// training-debugger: ignore[${id}]\n\`\`\``,
  ];
}

/** The page of one rule, Markdown. @param known ids of the rules that have pages. */
export function ruleDocument(rule: Rule<unknown>, known: ReadonlySet<string> = new Set([rule.id])): string {
  const { docs } = rule;
  const needs = rule.needs.map((series) => `\`${series}\``).join(', ') || 'nothing in particular';
  const sections = [
    NOTE,
    `# ${formatText(rule.title)}`,
    `\`${rule.id}\` · ${CATEGORIES[rule.category]} · ${rule.severity} · ${rule.status} · needs ${needs}`,
    ...[docs.what, '## Why it matters', docs.why, '## How it is detected', docs.how],
    ...thresholdSection(rule),
    ...['## How to fix it', docs.fix, '## When it may be wrong', docs.wrong],
    ...relationSection(rule, known),
    ...optionSection(rule),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The list of all rules by category, Markdown. */
export function ruleIndex(rules: readonly Rule<unknown>[]): string {
  const categories = Object.entries(CATEGORIES).map(([category, name]) => {
    const rows = rules
      .filter((rule) => rule.category === category)
      .map((rule) => [`[${rule.id}](${rule.id}.md)`, formatText(rule.title), rule.severity, rule.status]);
    return rows.length === 0
      ? []
      : [`## ${name}`, table(['rule', 'what it finds', 'severity', 'status'], rows)];
  });
  const intro =
    `${rules.length} rules. Each page says what a finding means, why it matters, how it is detected and from where its ` +
    'thresholds come, how to fix it in PyTorch and TensorFlow.js, when it may be wrong, and how to switch it off. ' +
    'Every run lists which of them could judge it and why the others could not.';
  return `${[NOTE, '# Rules', intro, ...categories.flat()].join('\n\n')}\n`;
}

/** Every page by file name. */
export function ruleDocuments(rules: readonly Rule<unknown>[]): Map<string, string> {
  const known = new Set(rules.map(({ id }) => id));
  return new Map([
    ['README.md', ruleIndex(rules)],
    ...rules.map((rule) => [`${rule.id}.md`, ruleDocument(rule, known)] as const),
  ]);
}
