/**
 * Drawing, coalesced: data at most ten times a second, and where a picture takes long to get to the screen as long
 * again is left to everything else; what a hand does with the next frame.
 */

const INTERVAL_MS = 100;
/** A page that was hidden meanwhile has not been drawing all that time. */
const LONGEST_MS = 2000;

export class Scheduler {
  private readonly waiting = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private frame: number | null = null;
  /** When data may be drawn again; Infinity until the last picture is out. */
  private next = 0;

  /** Runs the task once, soon: when data came. */
  later(task: () => void): void {
    this.waiting.add(task);
    this.wait();
  }

  /** Runs the task with the next frame: when a person zooms or points. */
  now(task: () => void): void {
    this.waiting.add(task);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.requestFrame();
  }

  /** Runs the task right away, or with a frame that is coming anyway: when what a person waits for is there. */
  atOnce(task: () => void): void {
    if (this.frame !== null) {
      this.now(task);
    } else {
      this.waiting.delete(task);
      task();
    }
  }

  private wait(): void {
    if (this.waiting.size === 0 || this.timer !== null || this.frame !== null || this.next === Infinity)
      return;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.requestFrame();
      },
      Math.max(0, this.next - performance.now()),
    );
  }

  private requestFrame(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  /** The browser asks for the next frame once it has room for it: until then this one was being drawn. */
  private draw(): void {
    const began = performance.now();
    const tasks = [...this.waiting];
    this.waiting.clear();
    for (const task of tasks) task();
    this.next = Infinity;
    requestAnimationFrame(() => {
      const now = performance.now();
      this.next = Math.max(began + INTERVAL_MS, now + Math.min(now - began, LONGEST_MS));
      this.wait();
    });
  }
}
