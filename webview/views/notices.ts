/** What the probe could not measure, or thought worth saying. */
import type { Context } from '../context.js';
import { element, setHidden } from '../dom.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';

export function noticesView({ store, scheduler }: Context): HTMLElement {
  const list = element('ul', { class: 'notices' });
  const view = element('section', { class: 'card block' }, element('h2', { text: t('Notices') }), list);
  let shown = '';
  const update = () => {
    const notices = store.snapshot?.notices ?? [];
    const key = JSON.stringify(notices);
    setHidden(view, notices.length === 0);
    if (key === shown) return;
    shown = key;
    list.replaceChildren(
      ...notices.map(({ level, message }) =>
        element('li', {}, icon(level, level), element('span', { text: translate(message) })),
      ),
    );
  };
  store.on(['run'], () => scheduler.later(update));
  update();
  return view;
}
