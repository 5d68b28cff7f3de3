/** The row above the charts: axis, smoothing, scale, zoom and export of everything. */
import type { XAxis } from '../../src/protocol/runApi.js';
import { perform, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { t } from '../l10n.js';
import { button, checkbox, dropdown, select } from '../toolkit.js';
import { axisName } from './table.js';

const AXES: readonly XAxis[] = ['step', 'epoch', 'time'];

export function chartControls(context: Context): HTMLElement {
  const { store } = context;
  const choices = AXES.map((value) => ({ value, label: axisName(value) }));
  const axis = dropdown(t('Horizontal axis'), choices, (value) => store.setView({ x: value as XAxis }));
  const log = checkbox(t('Log scale'), (checked) => store.setView({ logScale: checked }));
  const reset = button({
    label: t('Show all'),
    icon: 'reset',
    appearance: 'secondary',
    onClick: () => store.setRange(null),
  });
  const csv = button({
    label: t('Save all as CSV'),
    icon: 'download',
    appearance: 'icon',
    onClick: () => saveAll(context),
  });
  const smoothing = smoothingControl(context);
  const update = () => {
    select(axis, store.view.x);
    log.checked = store.view.logScale;
    setHidden(reset, store.range === null);
  };
  store.on(['view', 'range'], update);
  update();
  const hint = element('span', {
    class: 'hint',
    text: t('Drag to zoom · Shift+drag to move · Ctrl+wheel · double-click shows all'),
  });
  return element(
    'div',
    { class: 'controls', attributes: { role: 'toolbar', 'aria-label': t('Charts') } },
    element('label', { class: 'field' }, element('span', { class: 'label', text: t('Axis') }), axis),
    smoothing,
    log,
    reset,
    hint,
    csv,
  );
}

function smoothingControl({ store }: Context): HTMLElement {
  const value = element('output', { class: 'number' });
  const input = element('input', {
    attributes: { type: 'range', min: '0', max: '0.99', step: '0.01', 'aria-label': t('Smoothing') },
    on: { input: () => store.setView({ smoothing: Number(input.value) }) },
  });
  const update = () => {
    input.value = String(store.view.smoothing);
    setText(value, store.view.smoothing === 0 ? t('off') : store.view.smoothing.toFixed(2));
  };
  store.on(['view'], update);
  update();
  return element('label', { class: 'field' }, element('span', { text: t('Smoothing') }), input, value);
}

function saveAll(context: Context): void {
  const { view, snapshot } = context.store;
  const series = (snapshot?.series ?? []).filter((info) => info.rank === view.rank).map((info) => info.name);
  perform(context, { kind: 'exportCsv', rank: view.rank, series });
}
