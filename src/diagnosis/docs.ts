/** Pages about rules, from the rules themselves: docs/rules/<id>.md and an index. */
import { formatText } from '../protocol/values.js';
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
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
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

/** The page of one rule, Markdown. */
export function ruleDocument(rule: Rule<unknown>): string {
  const { docs } = rule;
  const needs = rule.needs.map((series) => `\`${series}\``).join(', ') || 'nothing in particular';
  const sections = [
    NOTE,
    `# ${formatText(rule.title)}`,
    `\`${rule.id}\` · ${CATEGORIES[rule.category]} · ${rule.severity} · ${rule.status} · needs ${needs}`,
    ...[docs.what, '## Why it matters', docs.why, '## How it is detected', docs.how],
    ...thresholdSection(rule),
    ...['## How to fix it', docs.fix, '## When it may be wrong', docs.wrong],
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
  return `${[NOTE, '# Rules', ...categories.flat()].join('\n\n')}\n`;
}

/** Every page by file name. */
export function ruleDocuments(rules: readonly Rule<unknown>[]): Map<string, string> {
  return new Map([
    ['README.md', ruleIndex(rules)],
    ...rules.map((r) => [`${r.id}.md`, ruleDocument(r)] as const),
  ]);
}
