/** A run that no engine serves any more, asked in-process by the same interface as a live one. */
import { RunState } from '../../run/runState.js';
import type {
  BreakpointState,
  RunClient,
  RunRequests,
  RunSnapshot,
  RunSummary,
} from '../../protocol/runApi.js';
import { text, type Text } from '../../protocol/values.js';
import { RequestError } from '../debugging/requestError.js';
import { consoleTail } from './consoleTail.js';
import { exportCsv } from './csv.js';
import { framesOf, parameterFrame } from './recordedData.js';
import { rebuiltSummary } from './rebuiltSummary.js';
import { runSummary } from './runList.js';
import { StoredRecord } from './storedRecord.js';

/**
 * Opens what a run's directory holds. Where the measurements cannot be read the snapshot still has what the manifest
 * tells, and says what is missing.
 */
export function openRecordedRun(directory: string): RunClient {
  const run = new RecordedRun(directory);
  return {
    request: (method, params) => answer(run, method, params),
    on: () => ({ dispose: () => undefined }),
    onClosed: () => ({ dispose: () => undefined }),
    dispose: () => run.close(),
  };
}

type Answers = { [M in keyof RunRequests]: (params: RunRequests[M]['params']) => unknown };

async function answer<M extends keyof RunRequests>(
  run: RecordedRun,
  method: M,
  params: RunRequests[M]['params'],
): Promise<RunRequests[M]['result']> {
  const handler: (params: RunRequests[M]['params']) => unknown = run.answers[method];
  return await handler(params);
}

const OVER: BreakpointState = { verified: false, problem: text('This run is over.') };

class RecordedRun {
  readonly answers: Answers = {
    attach: () => this.snapshot(),
    snapshot: () => this.snapshot(),
    frames: (params) => framesOf(this.record(), params),
    parameterFrame: (params) => parameterFrame(this.record(), params),
    exportCsv: (params) => exportCsv(this.record(), params),
    pause: () => refuse(text('This run is over: it cannot be paused.')),
    resume: () => refuse(text('This run is over: it cannot be resumed.')),
    setBreakpoints: ({ exceptions, functions }) => ({
      exceptions: exceptions.map(() => OVER),
      functions: functions.map(() => OVER),
    }),
    advance: () => refuse(text('This run is over: it cannot be advanced.')),
    inspect: () => refuse(text('This run is over: it cannot be looked into.')),
    measures: () => refuse(text('This run is over: it cannot be measured.')),
    stop: () => refuse(text('This run is over: it cannot be stopped.')),
  };
  private opened: StoredRecord | undefined;
  /** Why there are no measurements. */
  private unreadable: Error | undefined;

  constructor(private readonly directory: string) {
    try {
      this.opened = StoredRecord.open(directory);
    } catch (error) {
      this.unreadable = error instanceof Error ? error : new Error(String(error));
    }
  }

  close(): void {
    this.opened?.close();
    this.opened = undefined;
    this.unreadable = new Error('The run was closed.');
  }

  private record(): StoredRecord {
    if (this.opened) return this.opened;
    throw new Error(`The measurements of this run cannot be read: ${this.unreadable?.message ?? ''}`);
  }

  private snapshot(): RunSnapshot {
    const { opened, directory } = this;
    const state = new RunState();
    for (const { rank, message } of opened?.messages() ?? []) state.apply(rank, message);
    const told = { findings: opened?.findings() ?? [], checks: opened?.checks() ?? [] };
    return {
      summary: this.summary(state),
      series: opened?.infos() ?? [],
      losses: state.losses,
      ...told,
      notices: [...state.notices, ...this.missing()],
      places: state.places,
      epochs: state.epochs,
      console: consoleTail(directory),
      planned: null,
      stop: null,
      checkpoints: state.checkpoints,
      changes: state.changes,
    };
  }

  private missing(): RunSnapshot['notices'] {
    if (this.unreadable) {
      return [damage(text('The measurements of this run cannot be read: {0}', this.unreadable.message))];
    }
    const damages = [...(this.opened?.damages ?? [])];
    return damages.map((what) => damage(text('A part of this run cannot be read: {0}', what)));
  }

  /** What the engine wrote when the run ended; where it was killed before, what the record itself tells. */
  private summary(state: RunState): RunSummary {
    const summary = runSummary(this.directory);
    if (!this.opened || (summary.status !== 'lost' && summary.status !== 'damaged')) return summary;
    return rebuiltSummary(summary, this.opened, state);
  }
}

function damage(message: Text): RunSnapshot['notices'][number] {
  return { code: 'record-unreadable', level: 'warning', message };
}

function refuse(why: Text): never {
  throw new RequestError(why);
}
