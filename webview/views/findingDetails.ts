/** What opens under a finding: why it matters, where it likely comes from, what to do, and what was seen. */
import type { Finding, LikelyCause } from '../../src/protocol/runApi.js';
import { fromWire, type WireNumber } from '../../src/protocol/values.js';
import { openSource, perform, shortPlace, type Context } from '../context.js';
import { element } from '../dom.js';
import { formatValue } from '../format.js';
import { t, translate } from '../l10n.js';
import { linkButton } from './findings.js';

export function explanationOf(finding: Finding, symptoms: readonly Finding[], context: Context): HTMLElement {
  const { rule, causes = [], fixes } = finding;
  const docs = linkButton(t('About this rule'), () => perform(context, { kind: 'openRule', rule }));
  return element(
    'div',
    { class: 'explanation' },
    element('p', { text: translate(finding.explanation) }),
    ...causesList(causes, context),
    ...symptoms.map((symptom) => element('p', { text: t('Symptom: {0}', translate(symptom.message)) })),
    fixes.length > 0 ? element('p', { text: t('What to try:') }) : null,
    fixes.length > 0
      ? element('ul', {}, ...fixes.map(({ title }) => element('li', { text: translate(title) })))
      : null,
    evidenceTable(finding.evidence),
    element('p', { class: 'links' }, docs, element('code', { text: rule })),
  );
}

function causesList(causes: readonly LikelyCause[], context: Context): HTMLElement[] {
  if (causes.length === 0) return [];
  const items = causes.map(({ title, because, fix, source }) =>
    element(
      'li',
      {},
      element('strong', { text: translate(title) }),
      ' ',
      source && linkButton(shortPlace(source), () => openSource(context, source)),
      element('p', { text: translate(because) }),
      element('p', { class: 'fix', text: translate(fix) }),
    ),
  );
  return [
    element('p', { text: t('Likely causes, the likeliest first:') }),
    element('ol', { class: 'causes' }, ...items),
  ];
}

function evidenceTable(evidence: Finding['evidence']): HTMLElement | null {
  const rows = Object.entries(evidence).flatMap(([name, value]) => [
    element('dt', { text: name }),
    element('dd', { text: shownValue(value) }),
  ]);
  if (rows.length === 0) return null;
  return element(
    'details',
    { class: 'evidence' },
    element('summary', { text: t('Evidence') }),
    element('dl', {}, ...rows),
  );
}

/** Numbers as charts show them; words as they are. */
function shownValue(value: WireNumber | string): string {
  const number = typeof value === 'number' ? value : fromWire(value as WireNumber);
  return Number.isNaN(number) ? String(value) : formatValue(number);
}
