/** The few numbers that one looks at first. */
import { SERIES } from '../../src/protocol/telemetry.js';
import { LIVE_STATUSES, type RunSnapshot } from '../../src/protocol/runApi.js';
import { fromWire, type WireNumber } from '../../src/protocol/values.js';
import type { Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatDuration, formatInteger, formatNumber, formatValue } from '../format.js';
import { t } from '../l10n.js';
import { fractionDone, Pace, secondsLeft } from '../progress.js';

interface Tile {
  element: HTMLElement;
  show(value: string, note?: string, unit?: string): void;
}

export function tilesView(context: Context): HTMLElement {
  const pace = new Pace();
  const [step, epoch, speed, loss, best] = [
    tile(t('Step')),
    tile(t('Epoch')),
    tile(t('Throughput')),
    tile(t('Loss')),
    tile(t('Best validation')),
  ];
  const progress = progressTile();
  const update = () => {
    const { snapshot, view } = context.store;
    if (!snapshot) return;
    const { summary } = snapshot;
    if (summary.status === 'running') pace.record(performance.now() / 1000, summary.steps);
    else pace.restart();
    const rate = stepsPerSecond(snapshot, pace);
    step.show(formatInteger(summary.steps), '', total(summary.totalSteps));
    epoch.show(
      summary.epoch === null ? '–' : formatInteger(shownEpoch(snapshot)),
      '',
      total(summary.totalEpochs),
    );
    speed.show(...throughput(snapshot, rate, view.rank));
    loss.show(
      wire(summary.loss.last),
      summary.loss.best === null ? '' : t('best {0}', wire(summary.loss.best)),
    );
    const { validation } = summary;
    best.show(
      wire(validation?.best ?? null),
      validation?.bestStep ? t('at step {0}', formatInteger(validation.bestStep)) : '',
    );
    progress.update(snapshot, rate);
  };
  context.store.on(['run', 'view'], () => context.scheduler.later(update));
  update();
  const tiles = [step, epoch, speed, loss, best].map((one) => one.element);
  const heading = element('h2', { class: 'hidden-visually', text: t('Progress') });
  return element('section', { class: 'tiles' }, heading, element('dl', {}, ...tiles), progress.element);
}

function tile(label: string): Tile {
  const [value, unit] = [element('span'), element('span', { class: 'unit' })];
  const note = element('dd', { class: 'note' });
  return {
    element: element(
      'div',
      { class: 'tile' },
      element('dt', { text: label }),
      element('dd', { class: 'big' }, value, ' ', unit),
      note,
    ),
    show(text, extra = '', unitText = '') {
      setText(value, text);
      setText(unit, unitText);
      setText(note, extra);
    },
  };
}

function total(value: number | null): string {
  return value === null ? '' : `/ ${formatInteger(value)}`;
}

/** Epochs count from 0; people count them from 1. */
function shownEpoch({ summary }: RunSnapshot): number {
  const current = (summary.epoch ?? 0) + 1;
  return summary.totalEpochs === null ? current : Math.min(current, summary.totalEpochs);
}

function stepsPerSecond(snapshot: RunSnapshot, pace: Pace): number | null {
  const measured = pace.stepsPerSecond();
  if (measured !== null) return measured;
  const { summary, epochs } = snapshot;
  const last = epochs[epochs.length - 1];
  if (last && last.time > 0) return last.step / last.time;
  return summary.endedAt !== null && summary.steps > 0
    ? summary.steps / (summary.endedAt - summary.startedAt)
    : null;
}

/** Value, note and unit: samples a second where batches tell, with the steps a second below. */
function throughput(snapshot: RunSnapshot, rate: number | null, rank: number): [string, string, string] {
  const samples = snapshot.series.find((info) => info.name === SERIES.samples && info.rank === rank);
  if (rate === null) return ['–', '', ''];
  const steps = formatNumber(rate, 3);
  if (!samples) return [steps, '', t('steps/s')];
  // The last batch of an epoch may be smaller: the largest is the usual one.
  return [formatNumber(rate * fromWire(samples.max), 3), t('{0} steps/s', steps), t('samples/s')];
}

function wire(value: WireNumber | null): string {
  return value === null ? '–' : formatValue(fromWire(value));
}

function progressTile() {
  const bar = element('progress', { attributes: { max: '1', 'aria-label': t('Progress') } });
  const words = element('span');
  const view = element('div', { class: 'progress' }, bar, words);
  return {
    element: view,
    update(snapshot: RunSnapshot, rate: number | null) {
      const { summary } = snapshot;
      const fraction = fractionDone(summary);
      setHidden(bar, fraction === null);
      bar.value = fraction ?? 0;
      setText(words, describeProgress(snapshot, fraction, rate));
    },
  };
}

function describeProgress({ summary }: RunSnapshot, fraction: number | null, rate: number | null): string {
  const percent = fraction === null ? '' : `${Math.floor(fraction * 100)} %`;
  if (!LIVE_STATUSES.includes(summary.status)) {
    const took =
      summary.endedAt === null ? '' : t('took {0}', formatDuration(summary.endedAt - summary.startedAt));
    return [percent, took].filter(Boolean).join(' · ');
  }
  const left = summary.status === 'running' ? secondsLeft(summary, rate) : null;
  const eta = left === null ? '' : t('{0} left', formatDuration(left));
  return [percent, eta].filter(Boolean).join(' · ') || t('Length of the training is not known');
}
