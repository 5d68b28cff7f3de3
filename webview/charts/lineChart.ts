/** One chart.js chart, told what to show by plain values. The only importer of chart.js's machinery. */
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartConfiguration,
  type ChartOptions,
} from 'chart.js';
import type { XAxis } from '../../src/protocol/runApi.js';
import { formatValue, type Unit } from '../format.js';
import type { Theme } from '../theme.js';
import { formatX } from './axis.js';
import type { LineDataset } from './datasets.js';
import { decorationsPlugin, type Decorations } from './decorations.js';
import type { Range } from './range.js';
import { logarithmicTicks } from './ticks.js';

Chart.register(Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement);

/** All charts leave as much room for the numbers of the y axis, so that their steps stand below one another. */
const Y_AXIS_WIDTH = 58;

export interface Drawing {
  theme: Theme;
  datasets: LineDataset[];
  x: XAxis;
  shown: Range;
  unit: Unit;
  logScale: boolean;
  zeroBased: boolean;
  decorations: Omit<Decorations, 'theme'>;
}

export class LineChart {
  private readonly chart: Chart<'line', { x: number; y: number }[]>;
  private drawing: Drawing;

  constructor(canvas: HTMLCanvasElement, first: Drawing) {
    this.drawing = first;
    const plugin = decorationsPlugin(() => ({ ...this.drawing.decorations, theme: this.drawing.theme }));
    this.chart = new Chart(canvas, { ...configuration(first), plugins: [plugin] });
  }

  draw(drawing: Drawing): void {
    this.drawing = drawing;
    this.chart.data.datasets = drawing.datasets;
    this.chart.options = configuration(drawing).options ?? {};
    this.chart.update('none');
  }

  /** Width of the plot in CSS pixels. */
  get plotWidth(): number {
    return this.chart.chartArea.width;
  }

  get plotLeft(): number {
    return this.chart.chartArea.left;
  }

  /** Pixel of a position, or null where it is not shown. */
  pixelOf(x: number): number | null {
    const { left, right } = this.chart.chartArea;
    const pixel = this.chart.scales['x']?.getPixelForValue(x) ?? Number.NaN;
    return pixel >= left - 1 && pixel <= right + 1 ? pixel : null;
  }

  valueAt(pixel: number): number {
    return this.chart.scales['x']?.getValueForPixel(pixel) ?? Number.NaN;
  }
}

function configuration(drawing: Drawing): ChartConfiguration<'line', { x: number; y: number }[]> {
  return {
    type: 'line',
    data: { datasets: drawing.datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      events: [],
      layout: { padding: { top: 16, right: 10 } },
      elements: { line: { tension: 0, spanGaps: false } },
      scales: { x: xScale(drawing), y: yScale(drawing) },
    },
  };
}

type ScaleOptions = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

function xScale({ theme, shown, x }: Drawing): ScaleOptions {
  return {
    type: 'linear',
    min: shown.from,
    max: shown.to,
    grid: gridLook(theme, false),
    border: { display: true, color: theme.grid },
    ticks: {
      ...tickLook(theme),
      maxTicksLimit: 9,
      // A run of a few steps has no ticks between them.
      ...(x === 'step' ? { precision: 0 } : {}),
      maxRotation: 0,
      includeBounds: false,
      callback: (value) => formatX(Number(value), x),
    },
  };
}

function yScale({ theme, unit, logScale, zeroBased }: Drawing): ScaleOptions {
  const common = {
    grid: gridLook(theme, true),
    border: { display: false },
    afterFit: (scale: { width: number }) => (scale.width = Y_AXIS_WIDTH),
  };
  const callback = (value: string | number) => formatValue(Number(value), unit);
  if (!logScale) {
    return {
      type: 'linear',
      beginAtZero: zeroBased,
      ...common,
      ticks: { ...tickLook(theme), maxTicksLimit: 6, callback },
    };
  }
  return {
    type: 'logarithmic',
    ...common,
    afterBuildTicks: (scale) =>
      (scale.ticks = logarithmicTicks(scale.min, scale.max).map((value) => ({ value }))),
    ticks: { ...tickLook(theme), autoSkip: false, callback },
  };
}

function tickLook(theme: Theme) {
  return { color: theme.muted, font: { family: theme.fontFamily, size: theme.fontSize }, padding: 4 };
}

function gridLook(theme: Theme, lines: boolean) {
  return { color: theme.grid, drawOnChartArea: lines, drawTicks: !lines, tickLength: 4 };
}
