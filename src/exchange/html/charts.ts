/** Which charts the report has, from the names of the series. */
import { changeText } from '../../protocol/changes.js';
import { SERIES } from '../../protocol/telemetry.js';
import { formatText } from '../../protocol/values.js';
import type { Finding, SeriesInfo } from '../../protocol/runApi.js';
import type { HtmlReportInput } from '../htmlReport.js';
import { decodeCurve, type Curve } from './curve.js';
import { drawChart, type ChartDescription } from './draw.js';
import { section } from './markup.js';

/** Charts of the script's own metrics, at most. */
const MOST_METRICS = 12;

interface ChartKind {
  title: string;
  unit?: ChartDescription['unit'];
  takes: (series: string) => boolean;
}

const KINDS: readonly ChartKind[] = [
  { title: 'Loss', takes: any(of(SERIES.loss), of(SERIES.validationLoss)) },
  {
    title: 'Accuracy',
    unit: 'fraction',
    takes: any(of(SERIES.trainAccuracy), of(SERIES.validationAccuracy)),
  },
  { title: 'Learning rate', takes: of(SERIES.learningRate) },
  { title: 'Gradient norm', takes: any(of(SERIES.gradNorm), of(SERIES.clipNorm)) },
  { title: 'Update ratio', takes: of(SERIES.updateRatio) },
  { title: 'Weight norm', takes: of(SERIES.weightNorm) },
  { title: 'Loss scale', takes: of(SERIES.lossScale) },
  { title: 'Step time', unit: 'seconds', takes: (name) => name.startsWith('time/') },
  {
    title: 'Memory',
    unit: 'bytes',
    takes: (name) =>
      (name.startsWith('memory/') && name !== SERIES.tensors) || /^gpu\/.*\/memory$/.test(name),
  },
  { title: 'GPU utilization', unit: 'fraction', takes: (name) => /^gpu\/.*\/utilization$/.test(name) },
];

export function chartsSection({ snapshot, rank, frames }: HtmlReportInput): string {
  const infos = new Map(snapshot.series.filter((one) => one.rank === rank).map((one) => [one.name, one]));
  const curves = frames.map((frame) => decodeCurve(frame, labelOf(infos.get(frame.series), frame.series)));
  const measured = curves.filter(({ x }) => x.length > 0);
  const findings = snapshot.findings.filter(({ cause }) => cause === null);
  const charts = [...KINDS, ...metricKinds(measured)].flatMap(({ title, unit, takes }) => {
    const lines = measured.filter(({ series }) => takes(series));
    if (lines.length === 0) return [];
    const guides = title === 'Loss' ? guidesOf(snapshot.losses) : [];
    return [
      drawChart({
        title,
        unit: unit ?? 'number',
        wide: title === 'Loss',
        curves: lines,
        guides,
        marks: [...marksOf(findings, lines), ...changeMarks(snapshot.changes)],
      }),
    ];
  });
  const nothing = '<p class="empty">Nothing was measured.</p>';
  const content = charts.length === 0 ? nothing : `<div class="charts">${charts.join('\n')}</div>`;
  return section('charts', 'Charts', content);
}

function guidesOf(losses: HtmlReportInput['snapshot']['losses']): ChartDescription['guides'] {
  return losses.flatMap(({ expected, expectedFormula, label }) => {
    if (expected === null) return [];
    const name = losses.length > 1 ? `${label} untrained` : 'untrained';
    return [{ value: expected, label: expectedFormula === null ? name : `${name}: ${expectedFormula}` }];
  });
}

/** A finding stands on the chart of its series; one without a series, on that of the loss. */
function marksOf(findings: readonly Finding[], lines: readonly Curve[]): ChartDescription['marks'] {
  return findings
    .filter(({ series }) => lines.some((line) => line.series === (series ?? SERIES.loss)))
    .map(({ step, severity, rule }) => ({ step, kind: severity, label: rule }));
}

function changeMarks(changes: HtmlReportInput['snapshot']['changes']): ChartDescription['marks'] {
  return changes.map((change) => ({
    step: change.step,
    kind: 'change',
    label: formatText(changeText(change)),
  }));
}

function metricKinds(curves: readonly Curve[]): ChartKind[] {
  const other = (name: string) =>
    name.startsWith(SERIES.metric) ||
    (name.startsWith('validation/') && !KINDS.some(({ takes }) => takes(name)));
  const byBase = new Map<string, Set<string>>();
  for (const { series } of curves.filter((curve) => other(curve.series))) {
    const base = series
      .replace(SERIES.metric, '')
      .replace(/^(train(ing)?|val(id(ation)?)?|test|eval)[_/-]/, '');
    byBase.set(base, (byBase.get(base) ?? new Set()).add(series));
  }
  return [...byBase]
    .slice(0, MOST_METRICS)
    .map(([title, names]) => ({ title, takes: (series) => names.has(series) }));
}

function labelOf(info: SeriesInfo | undefined, series: string): string {
  const known: Readonly<Record<string, string>> = {
    [SERIES.loss]: 'training',
    [SERIES.validationLoss]: 'validation',
    [SERIES.trainAccuracy]: 'training',
    [SERIES.validationAccuracy]: 'validation',
    [SERIES.gradNorm]: 'norm',
    [SERIES.clipNorm]: 'clip threshold',
    [SERIES.updateRatio]: 'update / weight',
  };
  return known[series] ?? info?.label ?? series.replace(SERIES.metric, '').replace(/^(time|memory)\//, '');
}

/** The series itself and those of further optimizers: `loss`, `loss/1`. */
function of(series: string): (name: string) => boolean {
  return (name) => name === series || name.startsWith(`${series}/`);
}

function any(...matches: ((name: string) => boolean)[]): (name: string) => boolean {
  return (name) => matches.some((match) => match(name));
}
