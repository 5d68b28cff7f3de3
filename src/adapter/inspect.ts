/** What a stopped training shows: threads, its frame, scopes and variables. Pure functions of a snapshot. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RunSnapshot, RunSummary, SeriesInfo } from '../protocol/runApi.js';
import { SERIES } from '../protocol/telemetry.js';
import { text, type SourceLine, type Text } from '../protocol/values.js';

type Translate = (value: Text) => string;
type ScopeKind = 'step' | 'optimizer' | 'metrics';

const SCOPES: readonly ScopeKind[] = ['step', 'optimizer', 'metrics'];
const SCOPE_NAMES: Record<ScopeKind, Text> = {
  step: text('Step'),
  optimizer: text('Optimizer'),
  metrics: text('Metrics'),
};

/** Threads are ranks; thread 1 is rank 0. */
export function threads(summary: RunSummary, translate: Translate): DebugProtocol.Thread[] {
  const count = Math.max(1, summary.ranks);
  return Array.from({ length: count }, (_, rank) => ({
    id: rank + 1,
    name: translate(count === 1 ? text('Training') : text('Rank {0}', rank)),
  }));
}

/** As a person counts: after 412 steps, step 412 is the one just done. */
export function stepName(summary: RunSummary): Text {
  return summary.epoch === null
    ? text('Step {0}', summary.steps)
    : text('Step {0}, epoch {1}', summary.steps, summary.epoch + 1);
}

export function stepFrame(
  snapshot: RunSnapshot,
  rank: number,
  translate: Translate,
): DebugProtocol.StackFrame {
  const source = stepSource(snapshot);
  return {
    id: rank + 1,
    name: translate(stepName(snapshot.summary)),
    line: source?.line ?? 0,
    column: source === null ? 0 : 1,
    ...(source === null ? {} : { source: { name: basename(source.file), path: source.file } }),
  };
}

function stepSource(snapshot: RunSnapshot): SourceLine | null {
  const order = ['step', 'backward', 'loss', 'optimizer'];
  const places = order.map((kind) => snapshot.places.find((place) => place.kind === kind));
  return places.find((place) => place !== undefined)?.source ?? null;
}

/** Reference of a scope's variables: rank and kind in one number from 1. */
export function scopes(frameId: number, translate: Translate): DebugProtocol.Scope[] {
  return SCOPES.map((kind, index) => ({
    name: translate(SCOPE_NAMES[kind]),
    variablesReference: (frameId - 1) * SCOPES.length + index + 1,
    expensive: false,
  }));
}

export function variables(
  snapshot: RunSnapshot,
  reference: number,
  translate: Translate,
): DebugProtocol.Variable[] {
  const rank = Math.floor((reference - 1) / SCOPES.length);
  const kind = SCOPES[(reference - 1) % SCOPES.length];
  if (kind === undefined) return [];
  const measured = ofRank(snapshot, rank).filter((series) => scopeOf(series.name) === kind);
  return [...facts(snapshot, kind, translate), ...measured.map(seriesVariable)];
}

function facts(snapshot: RunSnapshot, kind: ScopeKind, translate: Translate): DebugProtocol.Variable[] {
  const { steps, epoch, totalSteps, totalEpochs } = snapshot.summary;
  if (kind === 'step') {
    return [
      variable(translate(text('step')), outOf(steps, totalSteps)),
      ...(epoch === null ? [] : [variable(translate(text('epoch')), outOf(epoch + 1, totalEpochs))]),
    ];
  }
  if (kind !== 'optimizer') return [];
  return snapshot.places
    .filter((place) => place.kind === 'optimizer')
    .map((place, i) => variable(`optimizer/${i}`, place.label));
}

function outOf(value: number, total: number | null): string {
  return total === null ? String(value) : `${value} / ${total}`;
}

/** Value of a series by its name or its label in the script. */
export function findSeries(snapshot: RunSnapshot, rank: number, name: string): SeriesInfo | undefined {
  const series = ofRank(snapshot, rank);
  return series.find((one) => one.name === name) ?? series.find((one) => one.label === name);
}

export function seriesNames(snapshot: RunSnapshot, rank: number): string[] {
  return ofRank(snapshot, rank).map((series) => series.name);
}

function ofRank(snapshot: RunSnapshot, rank: number): SeriesInfo[] {
  return snapshot.series.filter((series) => series.rank === rank);
}

function seriesVariable(series: SeriesInfo): DebugProtocol.Variable {
  const name =
    series.label === null || series.label === series.name ? series.name : `${series.name} (${series.label})`;
  return { ...variable(name, String(series.last)), evaluateName: series.name, type: 'float' };
}

function variable(name: string, value: string): DebugProtocol.Variable {
  return { name, value, variablesReference: 0, presentationHint: { attributes: ['readOnly'] } };
}

function scopeOf(series: string): ScopeKind {
  const base = series.split('/')[0] ?? series;
  if (
    [SERIES.learningRate, SERIES.lossScale, SERIES.clipNorm, SERIES.skipped].some((name) => name === base)
  ) {
    return 'optimizer';
  }
  return [SERIES.loss, SERIES.samples, 'time'].some((name) => name === base) ? 'step' : 'metrics';
}
