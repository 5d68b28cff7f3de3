import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * All that a training prints, in a file. A full disk loses what it must, says how much where it was lost, and never
 * reaches the training.
 */
export class ConsoleLog {
  private file: number | null = null;
  private lost = 0;
  private failing = false;

  constructor(
    private readonly path: string,
    /** Called when writing starts to fail and with null when it works again. */
    private readonly onProblem: (problem: string | null) => void,
  ) {}

  write(bytes: Buffer): void {
    try {
      this.file ??= openSync(this.path, 'a', 0o600);
      if (this.lost > 0) this.sayLost(this.file);
      this.writeAll(this.file, bytes);
      this.report(null);
    } catch (error) {
      this.report(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private writeAll(file: number, bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(file, bytes, written);
    } finally {
      this.lost += bytes.length - written;
    }
  }

  private sayLost(file: number): void {
    writeSync(file, `\n[training-debugger: ${this.lost} bytes could not be written here]\n`);
    this.lost = 0;
  }

  private report(problem: string | null): void {
    const failing = problem !== null;
    if (failing === this.failing) return;
    this.failing = failing;
    this.onProblem(problem);
  }
}
