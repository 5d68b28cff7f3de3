/** Which checks ran and which could not: not found is not the same as not looked for. */
import type { CheckReport } from '../../src/protocol/runApi.js';
import { perform, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { t, translate } from '../l10n.js';
import { linkButton } from './findings.js';

export function checksView(context: Context): HTMLElement {
  const { store, scheduler } = context;
  const counts = element('span', { class: 'note' });
  const empty = element('p', { class: 'empty', text: t('No check has reported yet.') });
  const groups = element('div', { class: 'groups' });
  const summary = element('summary', {}, element('h2', { text: t('Checks') }), counts);
  const view = element('details', { class: 'checks' }, summary, empty, groups);
  let shown = '';
  const update = () => {
    const checks = store.snapshot?.checks ?? [];
    const key = JSON.stringify(checks);
    setHidden(empty, checks.length > 0);
    if (key === shown) return;
    shown = key;
    setText(counts, countWords(checks));
    const [skipped, suppressed, ran] = grouped(checks);
    groups.replaceChildren(
      ...group(t('Could not run'), skipped, context),
      ...group(t('Suppressed'), suppressed, context),
      ...group(t('Ran'), ran, context),
    );
  };
  store.on(['run'], () => scheduler.later(update));
  update();
  return element('section', { class: 'card block' }, view);
}

/** Those that could not, those of which findings were suppressed, and those that ran. Pure. */
export function grouped(checks: readonly CheckReport[]): [CheckReport[], CheckReport[], CheckReport[]] {
  const isSuppressed = ({ suppressed = [] }: CheckReport) => suppressed.length > 0;
  const ran = checks.filter(({ status }) => status === 'ran');
  return [
    checks.filter(({ status }) => status === 'skipped'),
    ran.filter(isSuppressed),
    ran.filter((check) => !isSuppressed(check)),
  ];
}

function countWords(checks: readonly CheckReport[]): string {
  if (checks.length === 0) return '';
  const [skipped, suppressed, ran] = grouped(checks);
  const words = [t('{0} ran', ran.length + suppressed.length)];
  if (skipped.length > 0) words.push(t('{0} could not', skipped.length));
  if (suppressed.length > 0) words.push(t('{0} suppressed', suppressed.length));
  return words.join(', ');
}

function group(title: string, checks: readonly CheckReport[], context: Context): HTMLElement[] {
  if (checks.length === 0) return [];
  const items = checks.map(({ rule, reason }) => {
    const link = linkButton(rule, () => perform(context, { kind: 'openRule', rule }));
    return element('li', {}, link, reason && element('span', { text: translate(reason) }));
  });
  return [element('h3', { text: title }), element('ul', {}, ...items)];
}
