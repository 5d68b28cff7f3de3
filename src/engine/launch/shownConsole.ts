import { StringDecoder } from 'node:string_decoder';
import type { ConsoleChunk } from '../../protocol/runApi.js';

/** Bytes of each stream shown at once, at most; the rest is counted as dropped. */
const MAX_SHOWN = 32 * 1024;

/** What of one stream is shown: the newest that fits, cut at a line, with a count of what was left out before it. */
export class ShownStream {
  private readonly decoder = new StringDecoder('utf8');
  private pending = '';
  private dropped = 0;

  constructor(readonly stream: ConsoleChunk['stream']) {}

  push(bytes: Buffer): void {
    this.pending += this.decoder.write(bytes);
    if (this.pending.length > MAX_SHOWN) this.trim();
  }

  get empty(): boolean {
    return this.pending === '' && this.dropped === 0;
  }

  take(): ConsoleChunk {
    const chunk = { stream: this.stream, text: this.pending, dropped: this.dropped };
    this.pending = '';
    this.dropped = 0;
    return chunk;
  }

  private trim(): void {
    const earliest = this.pending.length - MAX_SHOWN;
    const newline = this.pending.indexOf('\n', earliest);
    const cut = newline < 0 || newline > earliest + MAX_SHOWN / 2 ? earliest : newline + 1;
    this.dropped += Buffer.byteLength(this.pending.slice(0, cut));
    this.pending = this.pending.slice(cut);
  }
}
