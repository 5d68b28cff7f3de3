/** Why a training is held, where, and how it can go on from there. */
import type { ControlAction } from '../../src/protocol/panel.js';
import type { GatePlace } from '../../src/protocol/inspection.js';
import type { Stop } from '../../src/protocol/runApi.js';
import { openSource, perform, shortPlace, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatInteger } from '../format.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';
import { button, setDisabled } from '../toolkit.js';

export function stopView(context: Context): HTMLElement {
  const { store } = context;
  const why = element('strong');
  const where = element('span', { class: 'where' });
  const line = element('button', { class: 'link', attributes: { type: 'button' } });
  line.addEventListener('click', () => {
    const source = placeOf(store.snapshot?.stop ?? null)?.source;
    if (source) openSource(context, source);
  });
  const note = element('p', { class: 'note' });
  const buttons = stepButtons(context);
  const words = element(
    'div',
    { class: 'words' },
    element('p', {}, why),
    element('p', {}, where, ' ', line),
    note,
  );
  const view = element(
    'section',
    { class: 'card stop', attributes: { role: 'status', 'aria-label': t('Paused') } },
    icon('pause'),
    words,
    buttons.element,
  );
  const update = () => {
    const stop = store.snapshot?.stop ?? null;
    const place = placeOf(stop);
    setHidden(view, stop === null);
    if (stop === null) return;
    setText(why, translate(stop.description));
    setText(where, place ? describePlace(place, stop, store.snapshot?.summary.ranks ?? 1) : '');
    setHidden(line, !place?.source);
    setText(line, place?.source ? shortPlace(place.source) : '');
    setText(note, pastNote(place));
    setHidden(note, note.textContent === '');
    buttons.update(place);
  };
  store.on(['run'], update);
  update();
  return view;
}

/** The place of the rank that the stop is about. */
function placeOf(stop: Stop | null): GatePlace | undefined {
  return (stop?.ranks.find(({ rank }) => rank === stop.rank) ?? stop?.ranks[0])?.place;
}

/** Counted from 0, as in the debugger's stack and in the expressions of breakpoints. */
function describePlace(
  { kind, step, epoch, batch, microBatch }: GatePlace,
  stop: Stop,
  ranks: number,
): string {
  const parts = [t('step {0}', formatInteger(step))];
  if (epoch !== undefined) parts.push(t('epoch {0}', formatInteger(epoch)));
  if (batch !== undefined) parts.push(t('batch {0}', formatInteger(batch)));
  if (kind === 'microBatch' && microBatch !== undefined)
    parts.push(t('micro-batch {0}', formatInteger(microBatch)));
  if (ranks > 1) parts.push(t('rank {0}', stop.rank));
  return [parts.join(', '), gateWords(kind)].join(' · ');
}

function gateWords(kind: GatePlace['kind']): string {
  if (kind === 'validation') return t('a validation has ended');
  return kind === 'step' ? t('the update is not applied yet') : t('a backward pass has ended');
}

function pastNote(place: GatePlace | undefined): string {
  if (!place || place.ahead === 0) return '';
  return t(
    'In the past: recorded steps ahead, to be stepped through again: {0}. Continue goes on with the next batch of the script, whose data is not rewound.',
    formatInteger(place.ahead),
  );
}

function stepButtons(context: Context) {
  const act = (action: ControlAction) => () => perform(context, { kind: 'control', action });
  const make = (label: string, name: Parameters<typeof icon>[0], action: ControlAction, primary = false) =>
    button({ label, icon: name, appearance: primary ? 'primary' : 'secondary', onClick: act(action) });
  const go = make(t('Continue'), 'play', 'resume', true);
  const over = make(t('Step Over'), 'step', 'over');
  const back = make(t('Step Back'), 'stepBack', 'back');
  const skip = make(t('Skip This Update'), 'skip', 'skip');
  const group = element(
    'div',
    { class: 'actions', attributes: { role: 'group', 'aria-label': t('How to go on') } },
    ...[go, over, back, skip],
  );
  return {
    element: group,
    update(place: GatePlace | undefined) {
      setHidden(group, !context.store.controllable);
      const backLimit = place?.back === 0 && place.backLimit ? translate(place.backLimit) : '';
      setDisabled(back, place?.back === 0);
      back.title = backLimit;
      setDisabled(skip, place?.kind !== 'step');
    },
  };
}
