import { TrainingStopped } from './stop.js';
import type { Training } from './training.js';
import { COMMAND } from './transport/wire.js';

/** Between two steps: waits while the engine says pause, throws when it says stop. */
export class Control {
  private stopping = false;

  constructor(private readonly training: Training) {}

  obey(): void {
    const { session, step, checkpoints } = this.training;
    if (session.command === COMMAND.run) return;
    if (session.command === COMMAND.pause) this.pause();
    if (session.command !== COMMAND.stop) return;
    // A script that catches the exception and goes on is told again at the next step.
    if (!this.stopping) this.training.measure('checkpoint', () => checkpoints.saveLast());
    this.stopping = true;
    throw new TrainingStopped(step);
  }

  private pause(): void {
    const { session, step } = this.training;
    this.training.sendAfterSteps({ type: 'state', state: 'paused', step });
    session.waitWhilePaused();
    session.send({ type: 'state', state: 'running', step });
    this.training.interrupt();
  }
}
