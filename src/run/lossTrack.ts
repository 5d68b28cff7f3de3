import type { LossSummary } from '../protocol/runApi.js';
import { fromWire, toWire, type WireNumber } from '../protocol/values.js';

/** First, last and best value of a loss, where the lowest is the best. */
export class LossTrack {
  private first: WireNumber | null = null;
  private last: WireNumber | null = null;
  private best = Infinity;
  private bestStep: number | null = null;

  add(step: number, value: WireNumber): void {
    this.first ??= value;
    this.last = value;
    const number = fromWire(value);
    if (!(number < this.best)) return;
    this.best = number;
    this.bestStep = step;
  }

  get measured(): boolean {
    return this.first !== null;
  }

  summary(): LossSummary {
    const best = this.bestStep === null ? null : toWire(this.best);
    return { first: this.first, last: this.last, best, bestStep: this.bestStep };
  }
}
