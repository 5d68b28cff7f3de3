/** What a person changed in the training by hand, in order. */
import { changeText, type Change } from '../../src/protocol/changes.js';
import type { Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatInteger } from '../format.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';

export function changesView({ store, scheduler }: Context): HTMLElement {
  const list = element('ul', { class: 'changes', attributes: { tabindex: '-1' } });
  const count = element('span', { class: 'count' });
  const view = element(
    'section',
    { class: 'card block' },
    element('h2', {}, t('Changed by hand'), count),
    list,
  );
  let shown = '';
  const update = () => {
    const changes = store.snapshot?.changes ?? [];
    const key = JSON.stringify(changes);
    setHidden(view, changes.length === 0);
    if (key === shown) return;
    shown = key;
    setText(count, String(changes.length));
    list.replaceChildren(...changes.map(row));
  };
  store.on(['run'], () => scheduler.later(update));
  update();
  return view;
}

function row(change: Change): HTMLElement {
  const words = element('span', { class: 'message', text: translate(changeText(change)) });
  words.title = change.name;
  const where = element('span', { class: 'where', text: t('step {0}', formatInteger(change.step)) });
  return element('li', {}, icon('pencil'), words, where);
}

/** Changes of one step share a mark: what it says. */
export function markWords(step: number, changes: readonly Change[]): string {
  const words = changes.map((change) => translate(changeText(change))).join('; ');
  return t('{0} at step {1}', words, formatInteger(step));
}

export function byStep(changes: readonly Change[]): Map<number, Change[]> {
  const steps = new Map<number, Change[]>();
  for (const change of changes) steps.set(change.step, [...(steps.get(change.step) ?? []), change]);
  return steps;
}

/** Brings the list into view, from a mark on a chart. */
export function showChanges(): void {
  const list = document.querySelector<HTMLElement>('.changes');
  list?.scrollIntoView({ block: 'center' });
  list?.focus();
}
