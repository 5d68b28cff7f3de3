import fs from 'node:fs';

/** States of a process on Linux in which it computes, or waits for a processor or for its disk. */
const BUSY = new Set(['R', 'D']);

/** Tells a process that is slow from one that hangs, where the system shows that. */
export class Liveliness {
  private ticks: number | undefined;

  constructor(private readonly pid: number | undefined) {}

  /** Whether it is at work, or was since it was looked at last. */
  moves(): boolean {
    const now = this.look();
    if (!now) return false;
    const moved = BUSY.has(now.state) || (this.ticks !== undefined && now.ticks !== this.ticks);
    this.ticks = now.ticks;
    return moved;
  }

  private look(): { state: string; ticks: number } | undefined {
    if (this.pid === undefined) return undefined;
    try {
      const stat = fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8');
      // The name before them may hold spaces and brackets.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
    } catch {
      return undefined;
    }
  }
}
