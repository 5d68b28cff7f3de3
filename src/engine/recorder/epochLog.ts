/** Where epochs begin, rank by rank, while a run is recorded. */
import type { ProbeMessage } from '../../protocol/telemetry.js';
import { EpochAxis } from './epochAxis.js';
import type { MetricsWriter } from './metricsWriter.js';

interface RankEpochs {
  axis: EpochAxis;
  /** Stretches on disk; the last of them may have grown since. */
  written: number;
  changed: boolean;
}

export class EpochLog {
  private readonly ranks = new Map<number, RankEpochs>();

  accept(rank: number, message: ProbeMessage): void {
    switch (message.type) {
      case 'steps':
        if (message.epoch) this.acceptSteps(this.rank(rank), message.first, message.epoch);
        break;
      case 'epoch': {
        const epochs = this.rank(rank);
        if (epochs.axis.end(message.epoch, message.step)) epochs.changed = true;
        break;
      }
      case 'plan':
        this.rank(rank).axis.plan(message.stepsPerEpoch);
        break;
      default:
    }
  }

  of(rank: number): EpochAxis {
    return this.rank(rank).axis;
  }

  write(writer: MetricsWriter): void {
    for (const [rank, { axis, written, changed }] of this.ranks) {
      const from = Math.max(0, written - 1);
      if (changed) axis.all.slice(from).forEach((stretch, i) => writer.epochs(rank, from + i, stretch));
    }
  }

  markWritten(): void {
    for (const epochs of this.ranks.values()) {
      epochs.written = epochs.axis.all.length;
      epochs.changed = false;
    }
  }

  private acceptSteps(epochs: RankEpochs, first: number, epoch: readonly number[]): void {
    for (let i = 0; i < epoch.length; i++) {
      if (i > 0 && epoch[i] === epoch[i - 1]) continue;
      if (epochs.axis.begin(first + i, epoch[i] ?? 0)) epochs.changed = true;
    }
  }

  private rank(rank: number): RankEpochs {
    const known = this.ranks.get(rank);
    if (known) return known;
    const epochs = { axis: new EpochAxis(), written: 0, changed: false };
    this.ranks.set(rank, epochs);
    return epochs;
  }
}
