const NEWLINE = 10;

/** Cuts a stream of bytes into lines, and holds at most `limit` bytes of a line that has not ended. */
export class LineReader {
  private parts: Buffer[] = [];
  private held = 0;
  private overflowed = false;

  constructor(
    private readonly limit: number,
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    while (!this.overflowed) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      if (!this.hold(chunk.subarray(start, end))) return;
      start = end + 1;
      const line = this.take();
      if (line !== '') this.onLine(line);
    }
    this.hold(chunk.subarray(start));
  }

  /** Whether bytes of an unfinished line are waiting. */
  get unfinished(): boolean {
    return this.held > 0;
  }

  private hold(part: Buffer): boolean {
    if (this.overflowed) return false;
    if (this.held + part.length > this.limit) {
      this.overflowed = true;
      this.parts = [];
      this.held = 0;
      this.onTooLong();
      return false;
    }
    if (part.length > 0) this.parts.push(part);
    this.held += part.length;
    return true;
  }

  private take(): string {
    const line = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [];
    this.held = 0;
    return line?.toString('utf8').trimEnd() ?? '';
  }
}
