/** A chart as a table, for those who cannot see curves. */
import type { PanelFrame } from '../../src/protocol/panel.js';
import type { XAxis } from '../../src/protocol/runApi.js';
import { element } from '../dom.js';
import { t } from '../l10n.js';
import { formatX } from './axis.js';
import type { ChartSpec } from './catalog.js';
import { bucketAt, describeBucket } from './legend.js';

const ROWS = 40;

export interface TableContent {
  head: string[];
  rows: string[][];
}

/** At most 40 rows, evenly over what is shown, ending with the last; a column a line. Pure. */
export function tableContent(
  spec: ChartSpec,
  frames: ReadonlyMap<string, PanelFrame>,
  x: XAxis,
): TableContent {
  const lines = spec.lines.filter((line) => (frames.get(line.series)?.x.length ?? 0) > 0);
  const positions = pick(
    [...new Set(lines.flatMap((line) => [...(frames.get(line.series)?.x ?? [])]))].sort((a, b) => a - b),
  );
  const cell = (frame: PanelFrame | undefined, position: number) => {
    const index = frame ? bucketAt(frame.x, position) : -1;
    return frame && index >= 0 ? describeBucket(frame, index, spec.unit) : '';
  };
  return {
    head: [axisName(x), ...lines.map((line) => line.label)],
    rows: positions.map((position) => [
      formatX(position, x),
      ...lines.map((line) => cell(frames.get(line.series), position)),
    ]),
  };
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
