/** What the engine found, most serious first; each opens to its explanation. */
import type { Finding, Severity } from '../../src/protocol/runApi.js';
import { openSource, shortPlace, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatInteger } from '../format.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';
import { explanationOf } from './findingDetails.js';

const ORDER: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

export function findingsView(context: Context): HTMLElement {
  const list = element('ul', { class: 'findings' });
  const count = element('span', { class: 'count' });
  const empty = element('p', { class: 'empty' });
  const rows = new Map<string, { item: HTMLLIElement; key: string }>();
  const update = () => {
    const all = context.store.snapshot?.findings ?? [];
    const findings = sorted(all);
    setText(count, findings.length > 0 ? String(findings.length) : '');
    setHidden(empty, findings.length > 0);
    setText(empty, context.store.isLive ? t('Nothing found so far.') : t('Nothing found.'));
    const items = findings.map((finding) => rowOf(finding, symptomsOf(finding, all), rows, context));
    if (items.some((item, index) => list.children[index] !== item) || list.children.length !== items.length) {
      list.replaceChildren(...items);
    }
  };
  context.store.on(['findings', 'run'], () => context.scheduler.later(update));
  update();
  const heading = element('h2', {}, t('Findings'), count);
  return element('section', { class: 'card block' }, heading, empty, list);
}

/** Errors before warnings, then by step; symptoms stand with their cause. Pure. */
export function sorted(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => ORDER.indexOf(severity);
  return findings.filter(({ cause }) => cause === null).sort((a, b) => rank(a) - rank(b) || a.step - b.step);
}

function symptomsOf({ rule }: Finding, findings: readonly Finding[]): Finding[] {
  return findings.filter(({ cause }) => cause === rule);
}

/** The row of a finding, made anew only when the finding changed: an opened one stays open and keeps the focus. */
function rowOf(
  finding: Finding,
  symptoms: readonly Finding[],
  rows: Map<string, { item: HTMLLIElement; key: string }>,
  context: Context,
): HTMLLIElement {
  const key = JSON.stringify([finding, symptoms]);
  const held = rows.get(finding.id);
  if (held?.key === key) return held.item;
  const item = element('li', {}, details(finding, symptoms, context));
  keepOpen(held?.item, item);
  rows.set(finding.id, { item, key });
  return item;
}

/** What was open stays open: the finding, and its evidence. */
function keepOpen(before: HTMLElement | undefined, now: HTMLElement): void {
  const old = [...(before?.querySelectorAll('details') ?? [])];
  now.querySelectorAll('details').forEach((each, index) => (each.open = old[index]?.open ?? false));
}

function details(finding: Finding, symptoms: readonly Finding[], context: Context): HTMLElement {
  const { severity, source } = finding;
  const step = formatInteger(finding.step);
  const where = finding.rank > 0 ? t('step {0}, rank {1}', step, finding.rank) : t('step {0}', step);
  const message = translate(finding.message);
  const summary = element(
    'summary',
    {},
    icon(severity, severity),
    element('span', { class: 'hidden-visually', text: `${severityWord(severity)}: ` }),
    element('span', { class: 'message', text: message, attributes: { title: message } }),
    element('span', { class: 'where', text: where }),
  );
  const link = source && linkButton(shortPlace(source), () => openSource(context, source));
  const body = explanationOf(finding, symptoms, context);
  return element('div', { class: `finding ${severity}` }, element('details', {}, summary, body), link);
}

export function severityWord(severity: Severity): string {
  const words = { error: t('Error'), warning: t('Warning'), info: t('Information'), hint: t('Hint') };
  return words[severity];
}

export function linkButton(text: string, onClick: () => void): HTMLButtonElement {
  return element('button', { class: 'link', text, attributes: { type: 'button' }, on: { click: onClick } });
}
