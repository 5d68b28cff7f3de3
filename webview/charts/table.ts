/** A chart as a table, for those who cannot see curves. */
import type { PanelFrame } from '../../src/protocol/panel.js';
import { changeText, type Change } from '../../src/protocol/changes.js';
import type { RunSnapshot, XAxis } from '../../src/protocol/runApi.js';
import { element } from '../dom.js';
import { t, translate } from '../l10n.js';
import type { Store } from '../store.js';
import { formatX, positionOfStep } from './axis.js';
import type { ChartSpec } from './catalog.js';
import { bucketAt, describeBucket } from './legend.js';

const ROWS = 40;

export interface TableContent {
  head: string[];
  rows: string[][];
}

/** At most 40 rows, evenly over what is shown, ending with the last; a column a line, and one of changes. Pure. */
export function tableContent(
  spec: ChartSpec,
  frames: ReadonlyMap<string, PanelFrame>,
  { view: { x }, snapshot }: Pick<Store, 'view' | 'snapshot'>,
): TableContent {
  const lines = spec.lines.filter((line) => (frames.get(line.series)?.x.length ?? 0) > 0);
  const positions = pick(
    [...new Set(lines.flatMap((line) => [...(frames.get(line.series)?.x ?? [])]))].sort((a, b) => a - b),
  );
  const cell = (frame: PanelFrame | undefined, position: number) => {
    const index = frame ? bucketAt(frame.x, position) : -1;
    return frame && index >= 0 ? describeBucket(frame, index, spec.unit) : '';
  };
  const changed = changesByRow(positions, x, snapshot);
  return {
    head: [
      axisName(x),
      ...lines.map((line) => line.label),
      ...(changed.size > 0 ? [t('Changed by hand')] : []),
    ],
    rows: positions.map((position, row) => [
      formatX(position, x),
      ...lines.map((line) => cell(frames.get(line.series), position)),
      ...(changed.size > 0 ? [changed.get(row) ?? ''] : []),
    ]),
  };
}

/** What was changed by hand from the position of a row to that of the next, by row. */
function changesByRow(
  positions: readonly number[],
  x: XAxis,
  snapshot: RunSnapshot | null,
): Map<number, string> {
  const rows = new Map<number, string>();
  for (const change of snapshot?.changes ?? []) {
    const at = snapshot ? positionOfStep(change.step, x, snapshot) : Number.NaN;
    const row = positions.findLastIndex((position) => position <= at);
    if (row >= 0) rows.set(row, [rows.get(row), describe(change)].filter(Boolean).join('; '));
  }
  return rows;
}

function describe(change: Change): string {
  return translate(changeText(change));
}

export function axisName(x: XAxis): string {
  if (x === 'time') return t('Time');
  return x === 'step' ? t('Step') : t('Epoch');
}

export function tableElement(title: string, { head, rows }: TableContent): HTMLElement {
  return element(
    'table',
    {},
    element('caption', { text: title }),
    element(
      'thead',
      {},
      element('tr', {}, ...head.map((text) => element('th', { text, attributes: { scope: 'col' } }))),
    ),
    element('tbody', {}, ...rows.map(tableRow)),
  );
}

function tableRow([first = '', ...rest]: string[]): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { text: first, attributes: { scope: 'row' } }),
    ...rest.map((text) => element('td', { text })),
  );
}

function pick(positions: number[]): number[] {
  if (positions.length <= ROWS) return positions;
  return Array.from({ length: ROWS }, (_none, row) => {
    return positions[Math.round((row * (positions.length - 1)) / (ROWS - 1))] ?? 0;
  });
}
