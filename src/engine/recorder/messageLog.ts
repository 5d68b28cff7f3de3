/** Messages kept as they came, until they are written; with them the run can be diagnosed again. */
import type { ProbeMessage } from '../../protocol/telemetry.js';
import type { MessageRow } from './metricsReader.js';
import type { MetricsWriter } from './metricsWriter.js';

export class MessageLog {
  private waiting: MessageRow[] = [];
  private waitingBytes = 0;
  private readonly lastSteps = new Map<number, number>();
  private readonly names = new Map<number, string[]>();

  /** Says that a rank has told of its steps up to this one. */
  told(rank: number, step: number): void {
    this.lastSteps.set(rank, step);
  }

  add(rank: number, message: ProbeMessage): void {
    if (message.type === 'parameters') this.names.set(rank, parameterNames(message));
    const body = JSON.stringify(withoutToken(message));
    this.waiting.push({ rank, type: message.type, afterStep: this.lastSteps.get(rank) ?? -1, body });
    this.waitingBytes += body.length;
  }

  /** Names of a rank's parameters, in the order of its measures. */
  parameterNames(rank: number): readonly string[] {
    return this.names.get(rank) ?? [];
  }

  get unwrittenBytes(): number {
    return this.waitingBytes + this.waiting.length * 64;
  }

  write(writer: MetricsWriter): void {
    for (const row of this.waiting) writer.message(row);
  }

  markWritten(): void {
    this.waiting = [];
    this.waitingBytes = 0;
  }
}

export function parameterNames(message: Extract<ProbeMessage, { type: 'parameters' }>): string[] {
  return message.parameters.map((parameter) => parameter.name);
}

/** The token opens the run's socket: it does not belong in a record that may be passed on. */
function withoutToken(message: ProbeMessage): ProbeMessage {
  return message.type === 'hello' ? { ...message, token: '' } : message;
}
