/** How fast the training goes and when it will be done. Pure: the caller brings the clock. */
import type { RunSummary } from '../src/protocol/runApi.js';

const WINDOW_SECONDS = 30;

export class Pace {
  private readonly seen: { at: number; steps: number }[] = [];

  /** `at`: seconds of any steady clock. Time without steps (a pause) is forgotten by `restart`. */
  record(at: number, steps: number): void {
    const last = this.seen[this.seen.length - 1];
    if (last && steps < last.steps) this.restart();
    this.seen.push({ at, steps });
    while (this.seen.length > 2 && at - (this.seen[0]?.at ?? at) > WINDOW_SECONDS) this.seen.shift();
  }

  restart(): void {
    this.seen.length = 0;
  }

  /** Steps a second over the last half minute; null before there is half a second to judge by. */
  stepsPerSecond(): number | null {
    const [first, last] = [this.seen[0], this.seen[this.seen.length - 1]];
    if (!first || !last || last.at - first.at < 0.5 || last.steps === first.steps) return null;
    return (last.steps - first.steps) / (last.at - first.at);
  }
}

/** Share done, 0 to 1, by steps or else by epochs; null when the length of the training is not known. */
export function fractionDone(summary: RunSummary): number | null {
  const { steps, totalSteps, epoch, totalEpochs } = summary;
  if (totalSteps !== null && totalSteps > 0) return Math.min(1, steps / totalSteps);
  if (totalEpochs !== null && totalEpochs > 0 && epoch !== null) return Math.min(1, epoch / totalEpochs);
  return null;
}

/** Seconds to go; null when it cannot be told. */
export function secondsLeft(summary: RunSummary, stepsPerSecond: number | null): number | null {
  const fraction = fractionDone(summary);
  if (fraction === null || fraction <= 0 || stepsPerSecond === null || stepsPerSecond <= 0) return null;
  const total = summary.totalSteps ?? summary.steps / fraction;
  return Math.max(0, total - summary.steps) / stepsPerSecond;
}
