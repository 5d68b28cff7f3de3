import { inspect } from 'node:util';
import { framesOf } from './callSite.js';
import type { Training } from './training.js';
import { exitStopped, TrainingStopped } from './stop.js';

function sayException(training: Training, error: unknown): void {
  const { session } = training;
  const isError = error instanceof Error;
  training.flush();
  session.begin();
  session.send({
    type: 'exception',
    kind: isError ? error.name : typeof error,
    message: isError ? error.message : inspect(error),
    frames: isError ? framesOf(error.stack ?? '') : [],
  });
}

/** Says goodbye however the script ends, without changing how it ends. */
export function watchTheEnd(training: Training, isRelevant: () => boolean): void {
  const { session } = training;
  let failed = false;
  let stopped = false;
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (error instanceof TrainingStopped) {
      stopped = true;
      exitStopped(error);
    }
    failed = true;
    if (isRelevant()) session.guard.run('exception', () => sayException(training, error));
  });
  process.on('exit', (code) => {
    if (!failed && !stopped && code === 0) session.guard.run('gradients', () => training.unapplied.end());
    session.guard.run('end of the run', () =>
      session.end(stopped ? 'stopped' : failed || code !== 0 ? 'failed' : 'finished'),
    );
  });
}
