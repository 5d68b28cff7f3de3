/** What a chart shows now, from its specification, the frames at hand and the view. */
import type { PanelFrame } from '../../src/protocol/panel.js';
import type { RunSnapshot } from '../../src/protocol/runApi.js';
import { fromWire } from '../../src/protocol/values.js';
import type { Context } from '../context.js';
import { formatValue } from '../format.js';
import { t } from '../l10n.js';
import { DASHES, type Theme } from '../theme.js';
import { positionOfStep } from './axis.js';
import type { ChartSpec } from './catalog.js';
import { datasetsOf, nonFinitePositions, type LineDataset } from './datasets.js';
import type { Drawing } from './lineChart.js';
import type { Range } from './range.js';

/** Times the value that nine in ten stay below. */
const DWARFS = 20;

export function drawingOf(
  spec: ChartSpec,
  frames: ReadonlyMap<string, PanelFrame>,
  context: Context,
): Drawing {
  const { store, feed } = context;
  const theme = context.theme();
  const { x, smoothing } = store.view;
  const logScale = spec.log === 'always' || (spec.log === 'optional' && store.view.logScale);
  const nonFinite = [...frames.values()].flatMap(nonFinitePositions);
  const planned = plannedRate(spec, context, theme);
  return {
    theme,
    datasets: [...datasetsOf(spec, frames, { theme, smoothing, logScale }), ...planned],
    x,
    shown: store.range ?? withPlan(feed.wholeRange(), planned),
    unit: spec.unit,
    logScale,
    zeroBased: spec.zeroBased,
    decorations: {
      guides: spec.guides,
      verticals: [
        ...changeLines(store.snapshot, context, theme),
        ...(spec.id === 'loss' ? bestStep(store.snapshot, context, theme) : []),
      ],
      nonFinite,
      nonFiniteLabel: nonFinite.length > 0 ? t('not finite') : '',
    },
  };
}

/** The step of the best validation loss, or of the best training loss where there is no validation. */
function bestStep(
  snapshot: RunSnapshot | null,
  { store }: Context,
  theme: Theme,
): Drawing['decorations']['verticals'] {
  const best = snapshot?.summary.validation ?? snapshot?.summary.loss;
  if (!snapshot || !best || best.bestStep === null || best.best === null) return [];
  const label = t('best {0}', formatValue(fromWire(best.best)));
  return [{ x: positionOfStep(best.bestStep, store.view.x, snapshot), label, color: theme.muted }];
}

/** A line at each step where something was changed by hand; the mark above it says what. */
function changeLines(
  snapshot: RunSnapshot | null,
  { store }: Context,
  theme: Theme,
): Drawing['decorations']['verticals'] {
  if (!snapshot) return [];
  const steps = [...new Set(snapshot.changes.map(({ step }) => step))];
  return steps.map((step) => ({
    x: positionOfStep(step, store.view.x, snapshot),
    label: '',
    color: theme.change,
  }));
}

/** The learning rate still to come, where steps are the axis: when those steps will be nobody knows. */
function plannedRate(spec: ChartSpec, { store }: Context, theme: Theme): LineDataset[] {
  const planned = store.snapshot?.planned?.learningRate;
  if (spec.id !== 'learningRate' || !planned || store.view.x !== 'step') return [];
  return [
    {
      label: t('Planned'),
      data: planned.map(({ step, value }) => ({ x: step, y: value })),
      borderColor: theme.muted,
      borderWidth: 1.25,
      borderDash: [...(DASHES[2] ?? [])],
      pointRadius: 0,
    },
  ];
}

function withPlan(whole: Range, planned: LineDataset[]): Range {
  const ends = planned.flatMap((dataset) => dataset.data.slice(-1).map((point) => point.x));
  return { from: whole.from, to: Math.max(whole.to, ...ends) };
}

/** A few values are so large that the others lie flat on the axis, which a logarithm would mend. Pure. */
export function isDwarfed(spec: ChartSpec, frames: ReadonlyMap<string, PanelFrame>): boolean {
  if (spec.log !== 'optional') return false;
  const shown = [...frames.values()].filter((frame) => frame.x.length > 1);
  const means = shown.flatMap((frame) => [...frame.mean].filter(Number.isFinite)).sort((a, b) => a - b);
  const typical = means[Math.floor(means.length * 0.9)] ?? 0;
  const largest = shown.reduce((most, frame) => frame.max.reduce((a, b) => (b > a ? b : a), most), 0);
  return (means[0] ?? 0) > 0 && largest > typical * DWARFS;
}
