/** Where in the script the things are that make up the training. */
import { openSource, shortPlace, type Context } from '../context.js';
import type { RunSnapshot } from '../../src/protocol/runApi.js';
import { element, setHidden, setText } from '../dom.js';
import { t } from '../l10n.js';
import { linkButton } from './findings.js';

type Place = RunSnapshot['places'][number];

export function placesView(context: Context): HTMLElement {
  const list = element('dl', { class: 'places' });
  const layers = element('dl', { class: 'places' });
  const summary = element('summary');
  const more = element('details', {}, summary, layers);
  const view = element(
    'section',
    { class: 'card block' },
    element('h2', { text: t('In the script') }),
    list,
    more,
  );
  let shown = '';
  const update = () => {
    const places = latest(context.store.snapshot?.places ?? []);
    const key = JSON.stringify(places);
    setHidden(view, places.length === 0);
    if (key === shown) return;
    shown = key;
    const [inside, outside] = [places.filter(isLayer), places.filter((place) => !isLayer(place))];
    list.replaceChildren(...outside.flatMap((place) => row(place, context)));
    layers.replaceChildren(...inside.flatMap((place) => row(place, context)));
    setHidden(more, inside.length === 0);
    setText(summary, t('{0} layers', inside.length));
  };
  context.store.on(['run'], () => context.scheduler.later(update));
  update();
  return view;
}

function isLayer({ kind }: Place): boolean {
  return kind === 'layer';
}

/** What was said last of each thing on each line: a loader's role, for one, becomes known later. Pure. */
export function latest(places: readonly Place[]): Place[] {
  const keyOf = ({ kind, label, source }: Place) => {
    return `${kind}|${source.file}:${source.line}${kind === 'loader' ? '' : `|${label}`}`;
  };
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function row(place: Place, context: Context): HTMLElement[] {
  const { kind, label, source } = place;
  const link = linkButton(shortPlace(source), () => openSource(context, source));
  const name = element('span', { text: label === 'unknown' ? '' : label, attributes: { title: label } });
  return [element('dt', { text: kindWord(kind) }), element('dd', {}, name, link)];
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
