import type { RunSnapshot, RunSummary, SeriesInfo, Stop } from '../protocol/runApi.js';
import { countFindings } from '../run/findings.js';
import type { ConsoleTail } from './consoleTail.js';
import type { Intake } from './intake.js';
import type { Lifecycle } from './lifecycle.js';

/** What summaries are made of. */
export interface RunView {
  id: string;
  name: string;
  directory: string;
  life: Lifecycle;
  intake: Intake;
}

export function summaryOf({ id, name, directory, life, intake }: RunView): RunSummary {
  const { exception: _, ...measured } = intake.state.summary();
  const { startedAt, status, over } = life;
  return {
    ...measured,
    id,
    name,
    directory,
    status,
    startedAt,
    endedAt: over?.endedAt ?? null,
    exitCode: over?.exitCode ?? null,
    problem: over?.problem ?? null,
    problemSource: over?.problemSource ?? null,
    findings: countFindings(intake.diagnosis.findings),
  };
}

export function snapshotOf(
  view: RunView,
  series: SeriesInfo[],
  console: ConsoleTail,
  stop: Stop | null,
): RunSnapshot {
  const { state, diagnosis } = view.intake;
  return {
    summary: summaryOf(view),
    series,
    losses: state.losses,
    findings: diagnosis.findings,
    checks: diagnosis.checks(),
    notices: state.notices,
    places: state.places,
    epochs: state.epochs,
    console: console.chunks,
    planned: null,
    stop,
    checkpoints: state.checkpoints,
    changes: state.changes,
  };
}
