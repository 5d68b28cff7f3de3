/** Where in the script the things are that make up the training. */
import { openSource, shortPlace, type Context } from '../context.js';
import { element, setHidden } from '../dom.js';
import { t } from '../l10n.js';
import { linkButton } from './findings.js';

export function placesView(context: Context): HTMLElement {
  const list = element('dl', { class: 'places' });
  const view = element('section', { class: 'card block' }, element('h2', { text: t('In the script') }), list);
  let shown = '';
  const update = () => {
    const places = context.store.snapshot?.places ?? [];
    const key = JSON.stringify(places);
    setHidden(view, places.length === 0);
    if (key === shown) return;
    shown = key;
    list.replaceChildren(
      ...places.flatMap(({ kind, label, source }) => [
        element('dt', { text: kindWord(kind) }),
        element(
          'dd',
          {},
          element('span', { text: label }),
          linkButton(shortPlace(source), () => openSource(context, source)),
        ),
      ]),
    );
  };
  context.store.on(['run'], () => context.scheduler.later(update));
  update();
  return view;
}

function kindWord(kind: string): string {
  const words: Record<string, string> = {
    optimizer: t('Optimizer'),
    loss: t('Loss'),
    backward: t('Backward pass'),
    step: t('Optimizer step'),
    scheduler: t('Scheduler'),
    loader: t('Data loader'),
    layer: t('Layer'),
    model: t('Model'),
    validation: t('Validation'),
  };
  return words[kind] ?? kind;
}
