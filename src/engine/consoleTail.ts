import type { ConsoleChunk } from '../protocol/runApi.js';

/** Characters of console that a newly attached client sees. */
const MAX_TAIL = 64 * 1024;

/** The last of what a training printed, as chunks. */
export class ConsoleTail {
  private readonly kept: ConsoleChunk[] = [];
  private length = 0;

  add(chunks: readonly ConsoleChunk[]): void {
    for (const chunk of chunks) {
      this.join(chunk);
      this.length += chunk.text.length;
    }
    while (this.length > MAX_TAIL && this.kept.length > 1) {
      const oldest = this.kept.shift();
      const next = this.kept[0];
      if (oldest === undefined || next === undefined) return;
      this.length -= oldest.text.length;
      next.dropped += oldest.dropped + Buffer.byteLength(oldest.text);
    }
  }

  get chunks(): ConsoleChunk[] {
    return this.kept.map((chunk) => ({ ...chunk }));
  }

  /** Small pieces of one stream become one, so that a progress bar does not make thousands of chunks. */
  private join(chunk: ConsoleChunk): void {
    const last = this.kept.at(-1);
    const joins = last?.stream === chunk.stream && chunk.dropped === 0 && last.text.length < MAX_TAIL / 16;
    if (last !== undefined && joins) last.text += chunk.text;
    else this.kept.push({ ...chunk });
  }
}
