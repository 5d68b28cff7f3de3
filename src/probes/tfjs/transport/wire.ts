/** What the training thread and the thread that owns the socket share. */
import type { MessagePort } from 'node:worker_threads';
import type { EngineMessage } from '../../../protocol/telemetry.js';

/** Indices into the shared Int32Array. `signal` counts the messages that wait for the training thread. */
export const SLOT = { signal: 0, flushed: 1, dropped: 2 } as const;
export const SLOTS = 3;

export interface WorkerData {
  shared: SharedArrayBuffer;
  socket: string | undefined;
  log: string | undefined;
  /** The worker's end of what is said to the training thread. */
  control: MessagePort;
}

/** Something to be done with the training thread's frames, while it is stopped at a `debugger` statement. */
export interface DebugJob {
  id: number;
  /** The request that it is for, which may be interrupted. */
  request: number;
  kind: 'frames' | 'locals' | 'evaluate';
  /** Counted from the outermost, 1; 0 for the frame of the probe that holds. */
  frame: number;
  expression: string;
  /** Whether the expression is given up as soon as it would change anything. */
  pure: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** A function on the stack as the inspector tells it. Lines and columns count from 0. */
export interface RawFrame {
  name: string;
  url: string;
  line: number;
  column: number;
}

/** Training thread -> worker. */
export type ToWorker =
  /** `measure` may be dropped when the engine is slow; everything else is kept. `said` is for the engine alone. */
  | { line: string; measure: boolean; said: boolean }
  | { flush: number }
  | { job: DebugJob }
  /** Nothing is looked at any more. */
  | { release: true };

/** What the engine says that the training thread has to act on. */
export type Order = Extract<EngineMessage, { type: 'gear' | 'verdict' | 'request' | 'stop' }>;

/** The engine will not say anything any more. */
export interface Gone {
  type: 'gone';
}

/** Worker -> training thread. */
export type ToMain =
  | Order
  | Gone
  /** The next `debugger` statement will be met. */
  | { type: 'armed'; id: number }
  | { type: 'looked'; id: number; frames?: RawFrame[]; error?: string };
