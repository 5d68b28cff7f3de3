import { constants } from 'node:os';
import type { RunStatus } from '../protocol/runApi.js';
import type { SourceLine, Text } from '../protocol/values.js';
import type { RunStateSummary } from '../run/runState.js';
import { failureOf } from './launch/failures.js';
import { lastRaised, type Raised } from './launch/traceback.js';
import type { TrainingEnd } from './launch/training.js';

export interface Outcome {
  status: Extract<RunStatus, 'completed' | 'failed' | 'stopped'>;
  exitCode: number | null;
  problem: Text | null;
  problemSource: SourceLine | null;
}

export interface OutcomeContext {
  interpreter: string;
  runtime: 'python' | 'node';
  cwd: string;
  /** Whether a person asked for the end. */
  stopped: boolean;
  outOfMemory: boolean;
  state: Pick<RunStateSummary, 'exception' | 'steps'>;
}

/** What a run became, from how its process ended and what was heard before. */
export function outcomeOf(end: TrainingEnd, context: OutcomeContext): Outcome {
  const exitCode = end.kind === 'exited' ? exitCodeOf(end) : null;
  if (context.stopped) return { status: 'stopped', exitCode, problem: null, problemSource: null };
  const raised = raisedBy(end, context);
  const measured = context.state.steps > 0;
  const problem = failureOf(end, { ...context, raised, measured });
  if (problem === null) return { status: 'completed', exitCode, problem: null, problemSource: null };
  return { status: 'failed', exitCode, problem, problemSource: raised?.source ?? null };
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = constants.signals;

/** As a shell counts: a signal is 128 and its number. */
function exitCodeOf({ exitCode, signal }: Extract<TrainingEnd, { kind: 'exited' }>): number | null {
  return signal === null ? exitCode : 128 + (SIGNAL_NUMBERS[signal] ?? 0);
}

/** The probe's word goes before what stderr says. */
function raisedBy(end: TrainingEnd, { state, cwd }: OutcomeContext): Raised | null {
  if (state.exception !== null) {
    const { kind, message, frames } = state.exception;
    return { kind, message, source: frames.at(-1) ?? null };
  }
  return end.kind === 'exited' ? lastRaised(end.stderrTail, cwd) : null;
}
