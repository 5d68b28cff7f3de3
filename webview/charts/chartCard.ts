/** One chart with its heading, legend, marks and buttons. */
import type { PanelFrame } from '../../src/protocol/panel.js';
import { openSource, perform, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import type { Demand } from '../frameFeed.js';
import { t } from '../l10n.js';
import { button } from '../toolkit.js';
import { describeX, positionOfStep } from './axis.js';
import type { ChartSpec } from './catalog.js';
import { drawingOf, isDwarfed } from './drawing.js';
import { chartPicture } from './exportPng.js';
import { bucketAt, Legend } from './legend.js';
import { LineChart } from './lineChart.js';
import { Marks } from './marks.js';
import { showChanges } from '../views/changes.js';
import { makeNavigable } from './navigation.js';
import type { Range } from './range.js';
import { tableContent, tableElement } from './table.js';

export class ChartCard implements Demand {
  readonly element: HTMLElement;
  private readonly heading = element('h3');
  private readonly canvas = element('canvas', { attributes: { role: 'img' } });
  private readonly plot = element('div', { class: 'plot', attributes: { tabindex: '0', role: 'group' } });
  private readonly crosshair = element('div', { class: 'crosshair' });
  private readonly sweep = element('div', { class: 'sweep' });
  private readonly readout = element('span', { class: 'readout' });
  private readonly spoken = element('span', {
    class: 'hidden-visually',
    attributes: { 'aria-live': 'polite' },
  });
  private readonly table = element('div', { class: 'table', attributes: { tabindex: '0' } });
  /** Where a few values dwarf the rest. */
  private readonly logOffer = element('button', {
    class: 'link',
    text: t('Log scale shows more'),
    attributes: { type: 'button' },
    on: { click: () => this.context.store.setView({ logScale: true }) },
  });
  private readonly waiting = element('p', { class: 'waiting' });
  private readonly legend: Legend;
  private readonly marks: Marks;
  private chart: LineChart | null = null;
  private visible = false;

  constructor(
    private readonly context: Context,
    private spec: ChartSpec,
  ) {
    this.legend = new Legend(spec);
    this.marks = new Marks({
      openFinding: (finding) => finding.source && openSource(context, finding.source),
      openChanges: showChanges,
    });
    this.element = this.build();
    this.setSpec(spec);
    makeNavigable(this.navigation(), context.cursor);
    context.cursor.onChange(() => this.visible && context.scheduler.now(this.pointed));
    context.store.on(['view', 'range'], () => context.scheduler.now(this.redraw));
    context.store.on(['findings', 'run'], () => context.scheduler.later(this.redraw));
    new ResizeObserver(() => context.scheduler.later(this.redraw)).observe(this.plot);
  }

  get series(): string[] {
    return this.spec.lines.map((line) => line.series);
  }

  get width(): number {
    return this.chart?.plotWidth || Math.max(0, this.plot.clientWidth - 70);
  }

  setSpec(spec: ChartSpec): void {
    this.spec = spec;
    setText(this.heading, spec.title);
    this.canvas.setAttribute('aria-label', spec.title);
    this.element.classList.toggle('wide', spec.wide);
    this.plot.setAttribute(
      'aria-label',
      t('{0}: chart. Arrow keys read values, plus and minus zoom, 0 shows all.', spec.title),
    );
    this.legend.setSpec(spec);
    this.context.scheduler.later(this.redraw);
  }

  /** Charts out of view ask for nothing and draw nothing. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    if (visible) this.context.feed.add(this);
    else this.context.feed.remove(this);
    if (visible) this.context.scheduler.later(this.redraw);
  }

  framesChanged(awaited: boolean): void {
    const { scheduler } = this.context;
    if (awaited) scheduler.atOnce(this.redraw);
    else scheduler.later(this.redraw);
  }

  readonly redraw = (): void => {
    if (!this.visible || document.hidden || !this.context.store.snapshot) return;
    const frames = this.frames();
    const drawing = drawingOf(this.spec, frames, this.context);
    setHidden(this.waiting, frames.size > 0);
    setText(this.waiting, this.emptyWords());
    if (frames.size > 0) {
      if (this.chart) this.chart.draw(drawing);
      else this.chart = new LineChart(this.canvas, drawing);
    }
    setHidden(this.logOffer, drawing.logScale || !isDwarfed(this.spec, frames));
    this.canvas.setAttribute('aria-label', this.summary(frames));
    if (!this.table.hidden) this.fillTable(frames);
    this.pointed();
    this.placeMarks();
  };

  private emptyWords(): string {
    const { isLive: live, snapshot } = this.context.store;
    if (snapshot && snapshot.summary.steps > 0) return t('Reading the curve…');
    return live ? t('Waiting for the first optimizer step…') : t('No optimizer step was recorded.');
  }

  private frames(): Map<string, PanelFrame> {
    return this.context.feed.framesFor(this.series);
  }

  private build(): HTMLElement {
    this.table.hidden = true;
    this.crosshair.hidden = true;
    this.sweep.hidden = true;
    this.plot.append(this.canvas, this.sweep, this.crosshair, this.marks.element, this.waiting);
    const tools = element(
      'div',
      { class: 'tools' },
      button({
        label: t('Show as table'),
        icon: 'table',
        appearance: 'icon',
        onClick: () => this.toggleTable(),
      }),
      button({
        label: t('Save as PNG'),
        icon: 'image',
        appearance: 'icon',
        onClick: () => void this.savePicture(),
      }),
      button({
        label: t('Save as CSV'),
        icon: 'download',
        appearance: 'icon',
        onClick: () => this.saveCsv(),
      }),
    );
    const header = element('header', {}, this.heading, this.readout, this.logOffer, tools);
    return element(
      'section',
      { class: 'card chart' },
      header,
      this.legend.element,
      this.plot,
      this.table,
      this.spoken,
    );
  }

  private navigation() {
    const { store, feed, scheduler } = this.context;
    return {
      element: this.plot,
      valueAt: (pixel: number) => this.chart?.valueAt(pixel) ?? 0,
      plotWidth: () => this.width,
      shown: () => store.range ?? feed.wholeRange(),
      whole: () => feed.wholeRange(),
      setRange: (range: Range | null) => store.setRange(range),
      showSweep: (sweep: Range | null) => scheduler.now(() => this.showSweep(sweep)),
      neighbour: (position: number | null, direction: -1 | 1) => this.neighbour(position, direction),
    };
  }

  private readonly pointed = (): void => {
    const position = this.context.cursor.position;
    const frames = this.frames();
    this.legend.update(frames, position);
    const pixel = position === null ? null : (this.chart?.pixelOf(position) ?? null);
    setHidden(this.crosshair, pixel === null);
    if (pixel !== null) this.crosshair.style.left = `${pixel}px`;
    setText(this.readout, position === null ? '' : describeX(position, this.context.store.view.x));
    if (document.activeElement === this.plot && position !== null) {
      setText(
        this.spoken,
        `${this.readout.textContent}: ${this.legend.element.innerText.replace(/\n/g, ' ')}`,
      );
    }
  };

  private placeMarks(): void {
    const { snapshot, view } = this.context.store;
    if (!snapshot) return;
    const findings = snapshot.findings.filter(
      (finding) =>
        finding.rank === view.rank && finding.series !== null && this.series.includes(finding.series),
    );
    this.marks.update(
      findings,
      snapshot.changes,
      (step) => this.chart?.pixelOf(positionOfStep(step, view.x, snapshot)) ?? null,
    );
  }

  private showSweep(sweep: Range | null): void {
    const edges = sweep ? [this.chart?.pixelOf(sweep.from), this.chart?.pixelOf(sweep.to)] : [];
    const [from, to] = edges;
    setHidden(this.sweep, typeof from !== 'number' || typeof to !== 'number');
    if (typeof from !== 'number' || typeof to !== 'number') return;
    this.sweep.style.left = `${Math.min(from, to)}px`;
    this.sweep.style.width = `${Math.abs(to - from)}px`;
  }

  private neighbour(position: number | null, direction: -1 | 1): number {
    const positions = [...this.frames().values()].map((frame) => frame.x);
    const x = positions.sort((a, b) => b.length - a.length)[0] ?? new Float64Array();
    const shown = this.context.store.range ?? this.context.feed.wholeRange();
    if (position === null) return direction > 0 ? shown.from : shown.to;
    const index = bucketAt(x, position);
    const next = x[direction > 0 ? index + 1 : x[index] === position ? index - 1 : index];
    return Math.min(Math.max(next ?? position, shown.from), shown.to);
  }

  private summary(frames: ReadonlyMap<string, PanelFrame>): string {
    this.legend.update(frames, null);
    const lines = [...this.legend.element.children].map((item) => item.textContent.trim());
    return t('{0}. Last values: {1}', this.spec.title, lines.join(', '));
  }

  private toggleTable(): void {
    this.table.hidden = !this.table.hidden;
    if (!this.table.hidden) this.fillTable(this.frames());
  }

  private fillTable(frames: ReadonlyMap<string, PanelFrame>): void {
    this.table.setAttribute('aria-label', this.spec.title);
    this.table.replaceChildren(
      tableElement(this.spec.title, tableContent(this.spec, frames, this.context.store)),
    );
  }

  private async savePicture(): Promise<void> {
    if (!this.chart) return;
    const data = await chartPicture(this.canvas, this.spec, this.context.theme());
    perform(this.context, { kind: 'exportPng', name: this.spec.id.replace(/[^\w-]+/g, '-'), data });
  }

  private saveCsv(): void {
    perform(this.context, { kind: 'exportCsv', rank: this.context.store.view.rank, series: this.series });
  }
}
