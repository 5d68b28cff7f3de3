import { describe, expect, it } from 'vitest';
import type { PanelFrame } from '../../src/protocol/panel.js';
import { positionOfStep } from '../../webview/charts/axis.js';
import { chartSpecs, type ChartSpec } from '../../webview/charts/catalog.js';
import { logScaleOf, rampColor } from '../../webview/charts/colorRamp.js';
import { datasetsOf, nonFinitePositions } from '../../webview/charts/datasets.js';
import { isDwarfed } from '../../webview/charts/drawing.js';
import { heatCells } from '../../webview/charts/heatCells.js';
import { pan, selection, zoom } from '../../webview/charts/range.js';
import { smooth } from '../../webview/charts/smoothing.js';
import { tableContent } from '../../webview/charts/table.js';
import { logarithmicTicks } from '../../webview/charts/ticks.js';
import type { Theme } from '../../webview/theme.js';
import { classifierRun } from './support/syntheticRun.js';

const THEME: Theme = {
  foreground: '#cccccc',
  muted: '#999999',
  grid: '#333333',
  background: '#000000',
  error: '#ff0000',
  warning: '#ffff00',
  info: '#0000ff',
  change: '#ff00ff',
  palette: ['#111111', '#222222', '#333333', '#444444', '#555555', '#666666'],
  fontFamily: 'sans-serif',
  fontSize: 11,
  bandOpacity: 0.2,
};
const BY_STEP = { view: { x: 'step', logScale: false, smoothing: 0, rank: 0 }, snapshot: null } as const;
const LOOK = { theme: THEME, smoothing: 0, logScale: false };

function frame(series: string, values: number[], stride = 1): PanelFrame {
  return {
    series,
    x: Float64Array.from(values, (_value, index) => index * stride),
    min: Float32Array.from(values, (value) => value - 0.5),
    max: Float32Array.from(values, (value) => value + 0.5),
    mean: Float32Array.from(values),
    nonFinite: Uint32Array.from(values, (value) => (Number.isNaN(value) ? stride : 0)),
    stride,
  };
}

function specOf(id: string, run = classifierRun(1000)): ChartSpec {
  const spec = chartSpecs(run.snapshot.series, run.snapshot.losses, 0).find((one) => one.id === id);
  if (!spec) throw new Error(`no chart ${id}`);
  return spec;
}

describe('which charts a run gets', () => {
  it('draws every series that was measured, each in one chart', () => {
    const { snapshot } = classifierRun(1000);
    const drawn = chartSpecs(snapshot.series, snapshot.losses, 0).flatMap((spec) =>
      spec.lines.map((line) => line.series),
    );
    const measured = snapshot.series.map((info) => info.name).filter((name) => name !== 'samples');
    expect(drawn.sort()).toEqual(measured.sort());
  });

  it('puts training, validation and the expected initial loss into one chart', () => {
    const spec = specOf('loss');
    expect(spec.lines.map((line) => [line.series, line.kind])).toEqual([
      ['loss', 'dense'],
      ['validation/loss', 'sparse'],
    ]);
    expect(spec.guides).toEqual([{ value: Math.log(10), label: 'untrained: ln(10) = 2.303' }]);
  });

  it('names several losses as the script does', () => {
    const run = classifierRun(100);
    run.grow('loss/1', [1, 2]);
    run.snapshot.losses = [
      {
        series: 'loss',
        label: 'loss_d',
        function: 'unknown',
        expected: null,
        expectedFormula: null,
        source: null,
      },
      {
        series: 'loss/1',
        label: 'loss_g',
        function: 'unknown',
        expected: null,
        expectedFormula: null,
        source: null,
      },
    ];
    expect(specOf('loss', run).lines.map((line) => line.label)).toEqual(['loss_d', 'loss_g', 'Validation']);
  });

  it('shows a metric of training and of validation together, and hides nothing that it does not know', () => {
    expect(specOf('metric/f1').lines.map((line) => line.label)).toEqual(['train_f1', 'val_f1']);
    const run = classifierRun(100);
    run.grow('somethingNew', [1]);
    expect(specOf('somethingNew', run).lines).toHaveLength(1);
  });

  it('has an empty loss chart before the first step', () => {
    expect(chartSpecs([], [], 0).map((spec) => spec.id)).toEqual(['loss']);
  });

  it('shows one rank only', () => {
    const { snapshot } = classifierRun(100);
    expect(chartSpecs(snapshot.series, [], 1).flatMap((spec) => spec.lines)).toEqual([]);
  });
});

describe('from frames to curves', () => {
  const spec: ChartSpec = {
    ...specOf('loss'),
    lines: [{ series: 'loss', label: 'Training', kind: 'dense', color: 0 }],
  };
  const draw = (values: number[], look = LOOK, stride = 1) =>
    datasetsOf(spec, new Map([['loss', frame('loss', values, stride)]]), look);

  it('draws one line where nothing was merged', () => {
    const [line, ...more] = draw([1, 2, 3]);
    expect(line?.data).toEqual([
      { x: 0, y: 1 },
      { x: 1, y: 2 },
      { x: 2, y: 3 },
    ]);
    expect(line?.pointRadius).toBe(0);
    expect(more).toEqual([]);
  });

  it('keeps the band of minimum and maximum and the raw line beneath the smoothed one', () => {
    const sets = draw([1, 5, 1, 5], { ...LOOK, smoothing: 0.9 }, 10);
    expect(sets).toHaveLength(4);
    expect(sets[0]!.data.map((point) => point.y)).toEqual([0.5, 4.5, 0.5, 4.5]);
    expect(sets[1]).toMatchObject({ fill: '-1' });
    expect(sets[2]!.data.map((point) => point.y)).toEqual([1, 5, 1, 5]);
    const smoothed = sets[3]!.data.map((point) => point.y);
    expect(Math.max(...smoothed) - Math.min(...smoothed)).toBeLessThan(3);
  });

  it('leaves gaps where values are not finite, says where, and shows a lonely value as a point', () => {
    const values = [1, Number.NaN, 3, Number.NaN, 5, 6];
    const [line] = draw(values);
    expect(line!.data.map((point) => point.y)).toEqual(values);
    expect(line!.pointRadius).toEqual([2, 0, 2, 0, 0, 0]);
    expect(nonFinitePositions(frame('loss', values))).toEqual([1, 3]);
  });

  it('leaves out of a logarithmic chart what it cannot show', () => {
    const [line] = draw([1, 0, -1, 10], { ...LOOK, logScale: true });
    expect(line!.data.map((point) => point.y)).toEqual([1, Number.NaN, Number.NaN, 10]);
  });

  it('lays the parts of a step on one another, and the whole step beside them', () => {
    const time = specOf('time');
    const frames = new Map(
      time.lines.map((line, index) => [line.series, frame(line.series, [index + 1, index + 1])]),
    );
    const tops = datasetsOf(time, frames, LOOK).map((dataset) => dataset.data[0]!.y);
    expect(tops).toEqual([1, 3, 6, 10, 5]);
  });
});

describe('a chart in which a few values dwarf the rest', () => {
  const dwarfed = (values: number[], id = 'loss') =>
    isDwarfed(specOf(id), new Map([['loss', frame('loss', values)]]));
  const spike = Array.from({ length: 100 }, (_none, index) => (index === 50 ? 1e6 : 2));

  it('offers a logarithmic scale', () => {
    expect(dwarfed(spike)).toBe(true);
  });

  it('offers none where it would not help, or could not', () => {
    expect(dwarfed(spike.map((value) => Math.min(value, 10)))).toBe(false);
    expect(dwarfed(spike.map((value) => value - 3))).toBe(false);
    expect(dwarfed(spike, 'time')).toBe(false);
  });
});

describe('smoothing', () => {
  it('starts at the first value, without the pull to zero of a plain average', () => {
    expect([...smooth([4, 4, 4], 0.9)]).toEqual([4, 4, 4]);
    expect(smooth([2, 4], 0.5)[1]).toBeCloseTo((0.5 * 0.5 * 2 + 0.5 * 4) / 0.75);
  });

  it('is not spoilt by a value that is not finite, and does not hide it', () => {
    expect([...smooth([1, Number.NaN, 1], 0.5)]).toEqual([1, Number.NaN, 1]);
  });
});

describe('zoom and pan', () => {
  const whole = { from: 0, to: 100 };

  it('keeps what is pointed at where it is', () => {
    expect(zoom(whole, 25, 0.5, whole)).toEqual({ from: 12.5, to: 62.5 });
  });

  it('shows everything again when zoomed out far enough', () => {
    expect(zoom({ from: 10, to: 90 }, 50, 2, whole)).toBeNull();
  });

  it('stops at the ends when moved', () => {
    expect(pan({ from: 80, to: 95 }, 1, whole)).toEqual({ from: 85, to: 100 });
    expect(pan({ from: 5, to: 20 }, -1, whole)).toEqual({ from: 0, to: 15 });
  });

  it('takes a sweep in either direction', () => {
    expect(selection(60, 20, whole)).toEqual({ from: 20, to: 60 });
    expect(selection(20, 20, whole)).toBeNull();
  });

  it('writes few ticks on a logarithmic axis, wherever it ends', () => {
    const ticks = logarithmicTicks(0.0004, 0.004);
    expect(ticks.map((value) => value.toPrecision(3))).toEqual(['0.000500', '0.00100', '0.00200']);
    expect(logarithmicTicks(1e-12, 1).length).toBeLessThanOrEqual(8);
    expect(logarithmicTicks(0, 1)).toEqual([]);
  });
});

describe('where a step is', () => {
  const { snapshot } = classifierRun(1000);

  it('is known by epoch and time between the ends of epochs', () => {
    expect(positionOfStep(250, 'step', snapshot)).toBe(250);
    expect(positionOfStep(250, 'epoch', snapshot)).toBeCloseTo(2.5);
    expect(positionOfStep(250, 'time', snapshot)).toBeCloseTo(12.5);
  });

  it('is carried on past the last end of an epoch', () => {
    expect(positionOfStep(1100, 'epoch', snapshot)).toBeCloseTo(11);
  });
});

describe('a chart as a table', () => {
  it('has a row a position, with extremes where points were merged', () => {
    const spec = { ...specOf('loss'), lines: specOf('loss').lines.slice(0, 1) };
    const content = tableContent(spec, new Map([['loss', frame('loss', [1, Number.NaN], 10)]]), BY_STEP);
    expect(content).toEqual({
      head: ['Step', 'Training'],
      rows: [
        ['0', '1 (0.5 … 1.5)'],
        ['10', 'not finite'],
      ],
    });
  });

  it('tells in a column of its own what was changed by hand, where anything was', () => {
    const { snapshot } = classifierRun(1000);
    const made = { time: 1, name: "optimizer.param_groups[0]['lr']", before: '0.1', after: '0.01' };
    snapshot.changes = [
      { ...made, kind: 'value', step: 12 },
      { time: 2, kind: 'skip', name: '', step: 19 },
    ];
    const spec = { ...specOf('loss'), lines: specOf('loss').lines.slice(0, 1) };
    const frames = new Map([['loss', frame('loss', [1, 2, 3], 10)]]);
    const { head, rows } = tableContent(spec, frames, { ...BY_STEP, snapshot });
    expect(head).toEqual(['Step', 'Training', 'Changed by hand']);
    expect(rows.map((row) => row[2])).toEqual(['', 'lr 0.1 → 0.01; The update was skipped', '']);
  });

  it('is short however long the run is, and ends where the run does', () => {
    const values = Array.from({ length: 5000 }, (_none, index) => index);
    const content = tableContent(specOf('loss'), new Map([['loss', frame('loss', values)]]), BY_STEP);
    expect(content.rows.length).toBe(40);
    expect(content.rows.at(-1)![0]).toBe('4,999');
  });
});

describe('the heatmap', () => {
  const names = Array.from({ length: 6 }, (_none, index) => `p${index}`);
  const wide = {
    names,
    steps: [0, 10, 20],
    values: Float32Array.from({ length: 18 }, (_none, index) => index),
  };

  it('merges rows by their largest value when there are too many', () => {
    const cells = heatCells(wide, 3, null);
    expect(cells.rows).toEqual([
      { label: 'p0', members: 2 },
      { label: 'p2', members: 2 },
      { label: 'p4', members: 2 },
    ]);
    expect([...cells.values.slice(0, 3)]).toEqual([3, 4, 5]);
  });

  it('shows the steps that the charts show', () => {
    expect(heatCells(wide, 10, { from: 5, to: 15 }).steps).toEqual([10]);
  });

  it('spreads its colours over the logarithm of what is positive and finite', () => {
    expect(logScaleOf([0, Number.NaN, Infinity, 1e-4, 1])).toEqual({ min: 1e-4, max: 1 });
    expect(logScaleOf([0, Number.NaN])).toBeNull();
    expect(rampColor(1e-4, { min: 1e-4, max: 1 })).toEqual([0, 34, 78]);
    expect(rampColor(1, { min: 1e-4, max: 1 })).toEqual([254, 232, 56]);
  });
});
