/** The summary of a run whose engine had no time to write one: made again from what was recorded. */
import type { LossSummary, RunSummary } from '../../protocol/runApi.js';
import { SERIES } from '../../protocol/telemetry.js';
import { toWire } from '../../protocol/values.js';
import { countFindings } from '../../run/findings.js';
import type { RunState } from '../../run/runState.js';
import type { SeriesStats } from './series.js';
import type { StoredRecord } from './storedRecord.js';

/** `state` has seen the record's messages, but not its steps. */
export function rebuiltSummary(summary: RunSummary, record: StoredRecord, state: RunState): RunSummary {
  const { exception: _, ...told } = state.summary();
  const rank = Math.min(...record.all.map((series) => series.identity.rank));
  const steps = stepsDone(record);
  return {
    ...summary,
    ...told,
    startedAt: summary.startedAt || (state.hello?.time ?? 0),
    endedAt: summary.endedAt ?? lastHeard(record, state),
    steps,
    epoch: record.epochs(rank).epochOf(steps - 1) ?? told.epoch,
    loss: lossSummary(record.series(rank, SERIES.loss)?.stats) ?? told.loss,
    findings: countFindings(record.findings()),
  };
}

function stepsDone(record: StoredRecord): number {
  const last = record.all
    .filter(({ identity }) => identity.origin === 'steps')
    .map(({ stats }) => stats.lastStep);
  return Math.max(-1, ...last) + 1;
}

/** When the last point came, seconds since 1970. */
function lastHeard(record: StoredRecord, state: RunState): number | null {
  const last = Math.max(...record.all.map(({ stats }) => stats.lastTime));
  return state.hello && Number.isFinite(last) ? state.hello.time + last : null;
}

function lossSummary(stats: SeriesStats | undefined): LossSummary | undefined {
  if (!stats || stats.points === 0) return undefined;
  const measured = !Number.isNaN(stats.min);
  return {
    first: toWire(stats.first),
    last: toWire(stats.last),
    best: measured ? toWire(stats.min) : null,
    bestStep: measured ? stats.minStep : null,
  };
}
