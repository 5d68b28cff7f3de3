/** What the training thread and the thread that owns the socket share. */

/** Indices into the shared Int32Array. */
export const SLOT = { command: 0, flushed: 1, dropped: 2 } as const;
export const SLOTS = 3;

export const COMMAND = { run: 0, pause: 1, stop: 2 } as const;
export type Command = (typeof COMMAND)[keyof typeof COMMAND];

export interface WorkerData {
  shared: SharedArrayBuffer;
  socket: string | undefined;
  log: string | undefined;
}

/** Training thread -> worker. */
export type ToWorker =
  /** `measure` may be dropped when the engine is slow; everything else is kept. */
  { line: string; measure: boolean } | { flush: number };
