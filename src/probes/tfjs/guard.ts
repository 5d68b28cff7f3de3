import { text } from '../../protocol/values.js';
import type { Notice } from '../../protocol/telemetry.js';

/** Runs measures so that none can harm the training: one that throws is switched off, and said so once. */
export class Guard {
  private readonly disabled = new Set<string>();

  constructor(private readonly notify: (notice: Notice) => void) {}

  run<T>(measure: string, act: () => T): T | undefined {
    if (this.disabled.has(measure)) return undefined;
    try {
      return act();
    } catch (error) {
      this.disable(measure, error);
      return undefined;
    }
  }

  private disable(measure: string, error: unknown): void {
    this.disabled.add(measure);
    const message = error instanceof Error ? error.message : String(error);
    try {
      this.notify({
        type: 'notice',
        level: 'warning',
        code: 'measure-disabled',
        message: text('“{0}” is no longer measured, because measuring it failed: {1}', measure, message),
      });
    } catch {
      // There is nobody left to tell.
    }
  }
}
