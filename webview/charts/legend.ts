/** What each line is, and its value where a person points, else its last. */
import type { PanelFrame } from '../../src/protocol/panel.js';
import { element, setText } from '../dom.js';
import { formatInteger, formatValue } from '../format.js';
import { t } from '../l10n.js';
import { DASHES } from '../theme.js';
import type { ChartSpec, LineSpec } from './catalog.js';

interface Row {
  line: LineSpec;
  value: HTMLElement;
  gaps: HTMLElement;
}

export class Legend {
  readonly element = element('ul', { class: 'legend' });
  private rows: Row[] = [];

  constructor(private spec: ChartSpec) {
    this.setSpec(spec);
  }

  setSpec(spec: ChartSpec): void {
    this.spec = spec;
    this.rows = spec.lines.map((line) => ({
      line,
      value: element('span', { class: 'value' }),
      gaps: element('span', { class: 'gaps' }),
    }));
    const items = this.rows.map(({ line, value, gaps }) =>
      element('li', {}, swatch(line), line.label, value, gaps),
    );
    this.element.replaceChildren(...items);
  }

  update(frames: ReadonlyMap<string, PanelFrame>, position: number | null): void {
    for (const { line, value, gaps } of this.rows) {
      const frame = frames.get(line.series);
      setText(value, frame ? describeAt(frame, position, this.spec.unit) : '–');
      const missing = frame ? frame.nonFinite.reduce((sum, count) => sum + count, 0) : 0;
      setText(gaps, missing > 0 ? t('{0} not finite', formatInteger(missing)) : '');
    }
  }
}

/** The bucket that a position is in: the last that starts at or before it. -1 when there is none. */
export function bucketAt(x: Float64Array, position: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The value of a bucket; with its extremes where it stands for several points. */
export function describeBucket(frame: PanelFrame, index: number, unit: ChartSpec['unit']): string {
  const [mean, min, max] = [frame.mean[index], frame.min[index], frame.max[index]];
  if (mean === undefined || Number.isNaN(mean))
    return (frame.nonFinite[index] ?? 0) > 0 ? t('not finite') : '–';
  const value = formatValue(mean, unit);
  if (frame.stride <= 1 || min === undefined || max === undefined || min === max) return value;
  return `${value} (${formatValue(min, unit)} … ${formatValue(max, unit)})`;
}

function describeAt(frame: PanelFrame, position: number | null, unit: ChartSpec['unit']): string {
  const last = frame.x.length - 1;
  if (last < 0) return '–';
  if (position !== null) return describeBucket(frame, Math.max(0, nearest(frame.x, position)), unit);
  return formatValue(frame.mean[last] ?? Number.NaN, unit);
}

function nearest(x: Float64Array, position: number): number {
  const index = bucketAt(x, position);
  const [before, after] = [x[index] ?? -Infinity, x[index + 1] ?? Infinity];
  return after - position < position - before ? index + 1 : index;
}

function swatch(line: LineSpec): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 22 8');
  svg.setAttribute('class', `swatch line-${line.kind === 'threshold' ? 'threshold' : (line.color % 6) + 1}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', 'M1 4h20');
  const dash = line.kind === 'threshold' ? [4, 3] : (DASHES[line.color % DASHES.length] ?? []);
  path.setAttribute('stroke-dasharray', dash.join(' '));
  svg.append(path);
  return svg;
}
