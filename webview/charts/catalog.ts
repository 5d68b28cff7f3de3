/** Which charts a run gets, from the names of its series. Pure. */
import { SERIES } from '../../src/protocol/telemetry.js';
import type { LossInfo, SeriesInfo } from '../../src/protocol/runApi.js';
import { formatValue, type Unit } from '../format.js';
import { t } from '../l10n.js';

export interface LineSpec {
  series: string;
  label: string;
  /** Of the theme's palette. */
  color: number;
  /** `dense`: one value a step, with band and smoothing. `sparse`: few values, drawn with points. */
  kind: 'dense' | 'sparse' | 'threshold';
}

export interface Guide {
  value: number;
  label: string;
}

export interface ChartSpec {
  id: string;
  title: string;
  unit: Unit;
  lines: LineSpec[];
  guides: Guide[];
  /** `optional`: as the person chooses. */
  log: 'optional' | 'always' | 'never';
  /** Lines are laid on one another; those of kind `threshold` are not. */
  stacked: boolean;
  zeroBased: boolean;
  /** Takes the whole width. */
  wide: boolean;
}

type Description = Pick<ChartSpec, 'id' | 'title'> & Partial<ChartSpec>;

/** Not worth a chart of their own: tiles show them, another chart holds them, or only rules read them. */
const ELSEWHERE = new Set<string>([
  SERIES.samples,
  SERIES.skipped,
  SERIES.staleGradients,
  SERIES.batchFingerprint,
  SERIES.retainedGraphs,
]);

export function chartSpecs(
  all: readonly SeriesInfo[],
  losses: readonly LossInfo[],
  rank: number,
): ChartSpec[] {
  const left = new Map(all.filter((info) => info.rank === rank).map((info) => [info.name, info]));
  ELSEWHERE.forEach((name) => left.delete(name));
  const take = (matches: (name: string) => boolean) => {
    const taken = [...left.values()].filter((info) => matches(info.name));
    taken.forEach((info) => left.delete(info.name));
    return taken;
  };
  return [
    lossChart(take, losses),
    accuracyChart(take),
    ...metricCharts(take),
    learningRateChart(take),
    gradientChart(take),
    updateChart(take),
    plain(
      { id: 'weightNorm', title: t('Weight norm'), log: 'optional' },
      take(startsWith(SERIES.weightNorm)),
    ),
    timeChart(take),
    ...resourceCharts(take),
    plain({ id: 'tensors', title: t('Tensors held'), unit: 'integer' }, take(startsWith(SERIES.tensors))),
    plain({ id: 'lossScale', title: t('Loss scale'), log: 'optional' }, take(startsWith(SERIES.lossScale))),
    ...[...left.values()].map((info) =>
      plain({ id: info.name, title: info.label ?? info.name, log: 'optional' }, [info]),
    ),
  ].filter((spec) => spec.id === 'loss' || spec.lines.length > 0);
}

type Take = (matches: (name: string) => boolean) => SeriesInfo[];

function lossChart(take: Take, losses: readonly LossInfo[]): ChartSpec {
  const train = take(startsWith(SERIES.loss));
  const validation = take(startsWith(SERIES.validationLoss));
  const name = (info: SeriesInfo) =>
    losses.find((loss) => loss.series === info.name)?.label ?? info.label ?? info.name;
  const several = train.length > 1;
  const lines = [
    ...train.map((info) => line(info, several ? name(info) : t('Training'), 'dense')),
    ...validation.map((info) => line(info, suffixed(t('Validation'), info, SERIES.validationLoss), 'sparse')),
  ];
  const guides = losses.flatMap(({ expected, expectedFormula, label }) => {
    if (expected === null) return [];
    const number = formatValue(expected);
    const value = expectedFormula === null ? number : `${expectedFormula} = ${number}`;
    return [
      {
        value: expected,
        label: several ? t('{0} untrained: {1}', label, value) : t('untrained: {0}', value),
      },
    ];
  });
  return chart({ id: 'loss', title: t('Loss'), lines, guides, log: 'optional', wide: true });
}

function accuracyChart(take: Take): ChartSpec {
  const lines = [
    ...take(startsWith(SERIES.trainAccuracy)).map((info) => line(info, t('Training'), 'dense')),
    ...take(startsWith(SERIES.validationAccuracy)).map((info) => line(info, t('Validation'), 'sparse')),
  ];
  return chart({ id: 'accuracy', title: t('Accuracy'), unit: 'fraction', lines });
}

/** The script's own metrics: `train_x`, `val/x` and `x` share a chart. */
function metricCharts(take: Take): ChartSpec[] {
  const byBase = new Map<string, SeriesInfo[]>();
  for (const info of take((name) => name.startsWith(SERIES.metric) || name.startsWith('validation/'))) {
    const own = info.name.replace(SERIES.metric, '');
    const base = own.replace(/^(train(ing)?|val(id(ation)?)?|test|eval)[_/-]/, '');
    byBase.set(base, [...(byBase.get(base) ?? []), info]);
  }
  return [...byBase].map(([base, infos]) => {
    const lines = infos.map((info) =>
      line(info, info.label ?? info.name.replace(SERIES.metric, ''), density(info)),
    );
    return chart({ id: `metric/${base}`, title: base, lines, log: 'optional' });
  });
}

function learningRateChart(take: Take): ChartSpec {
  const infos = take(startsWith(SERIES.learningRate));
  const group = (info: SeriesInfo) =>
    info.label ?? t('Group {0}', info.name.slice(SERIES.learningRate.length + 1));
  const lines = infos.map((info) => line(info, infos.length > 1 ? group(info) : t('Learning rate'), 'dense'));
  return chart({ id: 'learningRate', title: t('Learning rate'), lines, log: 'optional', zeroBased: true });
}

function gradientChart(take: Take): ChartSpec {
  const norms = take(startsWith(SERIES.gradNorm));
  const clips = take(startsWith(SERIES.clipNorm));
  const name = clips.length > 0 ? t('Before clipping') : t('Norm');
  const lines = [
    ...norms.map((info) => line(info, optimizerLabel(info, SERIES.gradNorm, name), 'dense')),
    ...clips.map((info) => line(info, t('Clip threshold'), 'threshold')),
  ];
  return chart({ id: 'gradNorm', title: t('Gradient norm'), lines, log: 'optional' });
}

function updateChart(take: Take): ChartSpec {
  const lines = take(startsWith(SERIES.updateRatio)).map((info) =>
    line(info, optimizerLabel(info, SERIES.updateRatio, t('Update / weight')), 'dense'),
  );
  const guides = [{ value: 1e-3, label: t('usual: {0}', '1e-3') }];
  return chart({ id: 'updateRatio', title: t('Update ratio'), lines, guides, log: 'always' });
}

function timeChart(take: Take): ChartSpec {
  const infos = take((name) => name.startsWith('time/'));
  const label: Record<string, string> = {
    [SERIES.timeData]: t('Data'),
    [SERIES.timeForward]: t('Forward'),
    [SERIES.timeBackward]: t('Backward'),
    [SERIES.timeOptimizer]: t('Optimizer'),
    [SERIES.timeStep]: t('Whole step'),
  };
  const order = Object.keys(label);
  const lines = infos
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map((info) =>
      line(info, label[info.name] ?? info.name, info.name === SERIES.timeStep ? 'threshold' : 'dense'),
    );
  return chart({ id: 'time', title: t('Step time'), unit: 'seconds', lines, stacked: true, zeroBased: true });
}

function resourceCharts(take: Take): ChartSpec[] {
  const memory = take(
    (name) => (name.startsWith('memory/') && name !== SERIES.tensors) || /^gpu\/.*\/memory$/.test(name),
  );
  const load = take((name) => /^gpu\/.*\/utilization$/.test(name));
  const label: Record<string, string> = {
    [SERIES.memoryProcess]: t('Process'),
    [SERIES.memoryDevice]: t('Device'),
    [SERIES.memoryDeviceReserved]: t('Device, reserved'),
  };
  const gpu = (info: SeriesInfo) => t('GPU {0}', info.name.split('/')[1] ?? '');
  const memoryLines = memory.map((info) => line(info, label[info.name] ?? gpu(info), 'dense'));
  const loadLines = load.map((info) => line(info, gpu(info), 'dense'));
  return [
    chart({ id: 'memory', title: t('Memory'), unit: 'bytes', lines: memoryLines, zeroBased: true }),
    chart({
      id: 'utilization',
      title: t('GPU utilization'),
      unit: 'fraction',
      lines: loadLines,
      zeroBased: true,
    }),
  ];
}

function plain(description: Description, infos: SeriesInfo[]): ChartSpec {
  const title = description.title;
  const lines = infos.map((info) =>
    line(info, infos.length > 1 ? (info.label ?? info.name) : title, 'dense'),
  );
  return chart({ ...description, lines });
}

function chart(description: Description): ChartSpec {
  const lines = (description.lines ?? []).map((one, index) => ({ ...one, color: index }));
  const defaults = {
    unit: 'number',
    guides: [],
    log: 'never',
    stacked: false,
    zeroBased: false,
    wide: false,
  } as const;
  return { ...defaults, ...description, guides: [...(description.guides ?? [])], lines };
}

function line(info: SeriesInfo, label: string, kind: LineSpec['kind']): LineSpec {
  return { series: info.name, label, kind, color: 0 };
}

/** Fewer than one value in ten steps: smoothing would bend the curve, not calm it. */
function density({ points, firstStep, lastStep }: SeriesInfo): LineSpec['kind'] {
  return points * 10 < lastStep - firstStep ? 'sparse' : 'dense';
}

/** The series itself, and those of further optimizers: `loss`, `loss/1`. */
function startsWith(series: string): (name: string) => boolean {
  return (name) => name === series || name.startsWith(`${series}/`);
}

function suffixed(label: string, info: SeriesInfo, series: string): string {
  const suffix = info.name.slice(series.length + 1);
  return suffix === '' ? label : `${label} ${info.label ?? suffix}`;
}

function optimizerLabel(info: SeriesInfo, series: string, alone: string): string {
  const suffix = info.name.slice(series.length + 1);
  return suffix === '' ? alone : (info.label ?? t('Optimizer {0}', Number(suffix) + 1));
}
