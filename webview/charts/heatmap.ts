/** Parameters by steps: how large the gradient, the weight or the update of each was. */
import type { PanelParameterFrame } from '../../src/protocol/panel.js';
import type { Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatInteger, formatNumber } from '../format.js';
import { t } from '../l10n.js';
import { onThemeChange } from '../theme.js';
import { button, dropdown, select } from '../toolkit.js';
import { heatCells, type HeatCells } from './heatCells.js';
import { cellAt, paintCells } from './heatPainter.js';
import { tableElement, type TableContent } from './table.js';

type Measure = 'gradNorm' | 'weightNorm' | 'updateRatio';

const REFRESH_MS = 2000;
const MAX_ROWS = 40;
const MAX_COLUMNS = 240;
const TABLE_COLUMNS = 6;

export class Heatmap {
  readonly element = element('section', { class: 'card heatmap' });
  private readonly canvas = element('canvas', { attributes: { role: 'img' } });
  private readonly plot = element('div', { class: 'cells', attributes: { tabindex: '0', role: 'group' } });
  private readonly names = element('ol', { class: 'names', attributes: { 'aria-hidden': 'true' } });
  private readonly readout = element('p', { class: 'note', attributes: { 'aria-live': 'polite' } });
  private readonly legend = element('span', { class: 'ramp' }, element('i'));
  private readonly body = element('div', { class: 'body' });
  private readonly table = element('div', { class: 'table', attributes: { tabindex: '0' } });
  private measure: Measure = 'gradNorm';
  private frame: PanelParameterFrame | null = null;
  private cells: HeatCells = { rows: [], steps: [], values: new Float32Array() };
  private selected = -1;
  private visible = false;
  private asking = false;
  /** What the frame at hand answers: rank, measure and length of the run. */
  private answered = '';

  constructor(private readonly context: Context) {
    this.build();
    const { store, scheduler } = context;
    store.on(['series', 'view'], () => scheduler.later(this.fetch));
    store.on(['range'], () => scheduler.now(this.draw));
    onThemeChange(() => scheduler.later(this.draw));
    document.addEventListener('visibilitychange', () => scheduler.later(this.fetch));
    new ResizeObserver(() => scheduler.later(this.draw)).observe(this.plot);
    new IntersectionObserver(
      ([entry]) => {
        this.visible = entry?.isIntersecting ?? false;
        scheduler.later(this.fetch);
      },
      { rootMargin: '200px' },
    ).observe(this.element);
  }

  private build(): void {
    const measures = dropdown(t('Measure'), measureChoices(), (value) => {
      this.measure = value as Measure;
      this.context.scheduler.now(this.fetch);
    });
    select(measures, this.measure);
    const asTable = button({
      label: t('Show as table'),
      icon: 'table',
      appearance: 'icon',
      onClick: () => this.toggleTable(),
    });
    const header = element(
      'header',
      {},
      element('h3', { text: t('Parameters') }),
      measures,
      this.legend,
      element('div', { class: 'tools' }, asTable),
    );
    this.canvas.setAttribute('aria-label', t('Parameters'));
    this.plot.setAttribute('aria-label', t('Parameters by steps. Arrow keys read values.'));
    this.plot.addEventListener('pointermove', (event) => this.point(event));
    this.plot.addEventListener('pointerleave', () => this.choose(-1));
    this.plot.addEventListener('keydown', (event) => this.onKey(event));
    this.plot.append(this.canvas);
    this.table.hidden = true;
    this.body.append(this.names, this.plot);
    this.element.append(header, this.body, this.readout, this.table);
  }

  private readonly fetch = (): void => {
    const { store, requests, scheduler } = this.context;
    const key = `${store.view.rank}|${this.measure}|${store.snapshot?.summary.steps ?? 0}`;
    if (!this.visible || this.asking || document.hidden || key === this.answered) return;
    this.asking = true;
    const settled = () => {
      this.asking = false;
      scheduler.later(this.fetch);
    };
    requests
      .ask({ kind: 'parameterFrame', rank: store.view.rank, measure: this.measure, width: MAX_COLUMNS })
      .then(
        ({ frame }) => {
          this.answered = key;
          this.frame = frame;
          scheduler.later(this.draw);
          setTimeout(settled, REFRESH_MS);
        },
        (error: unknown) => {
          store.setFailure(error instanceof Error ? error.message : String(error));
          setTimeout(settled, REFRESH_MS);
        },
      );
  };

  private readonly draw = (): void => {
    const { store } = this.context;
    const empty = !this.frame || this.frame.names.length === 0 || this.frame.steps.length === 0;
    setHidden(this.body, empty);
    if (!this.frame || empty) {
      setText(this.readout, t('Nothing measured per parameter yet.'));
      return;
    }
    this.cells = heatCells(this.frame, MAX_ROWS, store.view.x === 'step' ? store.range : null);
    this.selected = Math.min(this.selected, this.cells.values.length - 1);
    this.showNames();
    const scale = paintCells(this.canvas, this.cells, this.context.theme(), this.selected);
    const ends = scale ? [formatNumber(scale.min, 2), formatNumber(scale.max, 2)] : ['', ''];
    this.legend.dataset['from'] = ends[0];
    this.legend.dataset['to'] = ends[1];
    setHidden(this.legend, scale === null);
    this.canvas.setAttribute(
      'aria-label',
      t(
        '{0} parameters over {1} steps, from {2} to {3}',
        this.frame.names.length,
        this.cells.steps.length,
        ends[0] ?? '',
        ends[1] ?? '',
      ),
    );
    setText(this.readout, this.describeSelected());
    if (!this.table.hidden) this.fillTable();
  };

  private showNames(): void {
    const labels = this.cells.rows.map(({ label, members }) =>
      members > 1 ? `${label} +${members - 1}` : label,
    );
    if (this.names.dataset['shown'] === labels.join('\n')) return;
    this.names.dataset['shown'] = labels.join('\n');
    this.names.replaceChildren(...labels.map((text) => element('li', { text, attributes: { title: text } })));
  }

  private describeSelected(): string {
    const columns = this.cells.steps.length;
    const row = this.cells.rows[Math.floor(this.selected / columns)];
    const step = this.cells.steps[this.selected % columns];
    if (this.selected < 0 || !row || step === undefined)
      return t('Point at a cell, or use the arrow keys, to read its value.');
    return t(
      '{0} at step {1}: {2}',
      row.label,
      formatInteger(step),
      describeValue(this.cells.values[this.selected]),
    );
  }

  private point(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    this.choose(cellAt(this.cells, event.clientX - box.left, event.clientY - box.top, box.width));
  }

  private choose(cell: number): void {
    if (cell === this.selected) return;
    this.selected = cell;
    this.context.scheduler.now(this.draw);
  }

  private onKey(event: KeyboardEvent): void {
    const columns = this.cells.steps.length;
    const moves: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const move = moves[event.key];
    if (move === undefined || columns === 0) return;
    event.preventDefault();
    const next = this.selected < 0 ? columns - 1 : this.selected + move;
    if (next >= 0 && next < this.cells.values.length) this.choose(next);
  }

  private toggleTable(): void {
    this.table.hidden = !this.table.hidden;
    if (!this.table.hidden) this.fillTable();
  }

  private fillTable(): void {
    this.table.setAttribute('aria-label', t('Parameters'));
    this.table.replaceChildren(tableElement(t('Parameters'), heatTable(this.cells)));
  }
}

/** The last few measured steps of every row. Pure. */
export function heatTable({ rows, steps, values }: HeatCells): TableContent {
  const first = Math.max(0, steps.length - TABLE_COLUMNS);
  const shown = steps.slice(first);
  return {
    head: [t('Parameter'), ...shown.map((step) => t('step {0}', formatInteger(step)))],
    rows: rows.map(({ label }, row) => [
      label,
      ...shown.map((_step, index) => describeValue(values[row * steps.length + first + index])),
    ]),
  };
}

function describeValue(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return t('not measured');
  return Number.isFinite(value) ? formatNumber(value, 3) : t('not finite');
}

function measureChoices(): { value: Measure; label: string }[] {
  return [
    { value: 'gradNorm', label: t('Gradient norm') },
    { value: 'updateRatio', label: t('Update ratio') },
    { value: 'weightNorm', label: t('Weight norm') },
  ];
}
