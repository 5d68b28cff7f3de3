/** Lines on their way to a slow engine. Over the limit the oldest measures go, and are counted. */
export const QUEUE_LIMIT = 8 * 1024 * 1024;

interface Line {
  line: string;
  measure: boolean;
}

export class LineQueue {
  private lines: Line[] = [];
  private size = 0;
  private dropped = 0;

  constructor(
    private readonly onDrop: (dropped: number) => void,
    private readonly limit = QUEUE_LIMIT,
  ) {}

  get length(): number {
    return this.lines.length;
  }

  push(line: Line): void {
    this.lines.push(line);
    this.size += line.line.length;
    if (this.size > this.limit) this.dropOldestHalf();
  }

  shift(): string | undefined {
    const line = this.lines.shift()?.line;
    this.size -= line?.length ?? 0;
    return line;
  }

  clear(): void {
    this.lines = [];
    this.size = 0;
  }

  /** Half at once, so that a full queue is not gone through at every line. */
  private dropOldestHalf(): void {
    const kept: Line[] = [];
    for (const line of this.lines) {
      if (line.measure && this.size > this.limit / 2) {
        this.size -= line.line.length;
        this.dropped++;
      } else {
        kept.push(line);
      }
    }
    this.lines = kept;
    this.onDrop(this.dropped);
  }
}
