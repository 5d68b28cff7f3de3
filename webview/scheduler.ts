/** Drawing, coalesced: data at most ten times a second, what a hand does with the next frame. */

const INTERVAL_MS = 100;

export class Scheduler {
  private readonly waiting = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private frame: number | null = null;
  private last = 0;

  /** Runs the task once, soon: when data came. */
  later(task: () => void): void {
    this.waiting.add(task);
    if (this.timer !== null || this.frame !== null) return;
    const wait = Math.max(0, this.last + INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.requestFrame();
    }, wait);
  }

  /** Runs the task with the next frame: when a person zooms or points. */
  now(task: () => void): void {
    this.waiting.add(task);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.requestFrame();
  }

  private requestFrame(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.last = performance.now();
      const tasks = [...this.waiting];
      this.waiting.clear();
      for (const task of tasks) task();
    });
  }
}
