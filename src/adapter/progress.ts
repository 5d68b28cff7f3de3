import type { RunSummary } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import type { Context } from './context.js';

/** Milliseconds between two updates, at least. */
const EVERY = 500;

/** Tells the client how far a running training is. Has no clock of its own: what is measured drives it. */
export class Progress {
  private id: string | null = null;
  private count = 0;
  private updated = 0;

  constructor(
    private readonly context: Context,
    private readonly now: () => number = Date.now,
  ) {}

  report(summary: RunSummary): void {
    if (!this.context.features.progress || summary.status !== 'running' || summary.steps === 0) return;
    const known = { message: this.message(summary), ...percentage(summary) };
    if (this.id === null) this.start(summary, known);
    else if (this.now() - this.updated >= EVERY) this.send('progressUpdate', this.id, known);
  }

  end(): void {
    if (this.id !== null) this.context.event('progressEnd', { progressId: this.id });
    this.id = null;
  }

  private start({ name }: RunSummary, known: object): void {
    this.id = `training-${this.count++}`;
    this.send('progressStart', this.id, {
      title: this.context.translate(text('Training {0}', name)),
      ...known,
    });
  }

  private send(event: string, progressId: string, body: object): void {
    this.updated = this.now();
    this.context.event(event, { progressId, ...body });
  }

  private message({ steps, totalSteps, epoch, totalEpochs }: RunSummary): string {
    const { translate } = this.context;
    const done = translate(text('{0} steps', outOf(steps, totalSteps)));
    return epoch === null ? done : `${done}, ${translate(text('epoch {0}', outOf(epoch + 1, totalEpochs)))}`;
  }
}

function outOf(value: number, total: number | null): string {
  return total === null ? String(value) : `${value}/${total}`;
}

function percentage({ steps, totalSteps }: RunSummary): { percentage?: number } {
  if (totalSteps === null || totalSteps <= 0) return {};
  return { percentage: Math.min(100, Math.round((100 * steps) / totalSteps)) };
}
