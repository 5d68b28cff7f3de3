import fs from 'node:fs';

/** Exit code of a training that the engine stopped between two steps; the PyTorch probe's is the same. */
export const STOPPED_EXIT_CODE = 85;

/** Thrown out of the training step, so that the script's own `finally` blocks run. */
export class TrainingStopped extends Error {
  override readonly name = 'TrainingStopped';

  constructor(readonly step: number) {
    super(`Training stopped after step ${step}.`);
  }
}

/** Ends the process with one line instead of a stack trace. */
export function exitStopped(stopped: TrainingStopped): never {
  try {
    fs.writeSync(process.stderr.fd, `Training Debugger: ${stopped.message}\n`);
  } catch {
    // Nobody reads it.
  }
  process.exit(STOPPED_EXIT_CODE);
}
