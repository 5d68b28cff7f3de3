/** The end of what the script printed: whole lines, bounded, as a terminal would show them. */
import type { ConsoleChunk } from '../src/protocol/runApi.js';

export interface ConsoleLine {
  /** Grows by one a line, so that a view knows what it has. */
  id: number;
  stream: ConsoleChunk['stream'];
  text: string;
}

const [ESC, BEL] = [String.fromCharCode(27), String.fromCharCode(7)];
/** CSI sequences (colours, cursor), OSC sequences (titles) and lone escapes. */
const ESCAPES = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[@-Z\\\\-_])`,
  'g',
);
const MAX_LINE = 2000;

export class ConsoleBuffer {
  readonly lines: ConsoleLine[] = [];
  /** Bytes that were left out because the script prints faster than can be shown. */
  dropped = 0;
  /** Lowest id whose text may have changed since `takeChanged` was called. */
  private changedFrom = 0;
  private nextId = 0;
  private readonly open = new Map<ConsoleChunk['stream'], ConsoleLine>();

  constructor(private readonly limit = 2000) {}

  push(chunk: ConsoleChunk): void {
    this.dropped += chunk.dropped;
    const parts = chunk.text.replace(ESCAPES, '').split('\n');
    parts.forEach((part, index) => {
      this.write(chunk.stream, part);
      if (index < parts.length - 1) this.endLine(chunk.stream);
    });
    this.lines.splice(0, Math.max(0, this.lines.length - this.limit));
  }

  takeChanged(): number {
    const from = this.changedFrom;
    this.changedFrom = this.nextId;
    return from;
  }

  private write(stream: ConsoleChunk['stream'], part: string): void {
    if (part === '') return;
    const line = this.open.get(stream) ?? this.newLine(stream);
    this.changedFrom = Math.min(this.changedFrom, line.id);
    line.text = overprint(line.text, part).slice(0, MAX_LINE);
  }

  private endLine(stream: ConsoleChunk['stream']): void {
    if (!this.open.has(stream)) this.newLine(stream);
    this.open.delete(stream);
  }

  private newLine(stream: ConsoleChunk['stream']): ConsoleLine {
    const line = { id: this.nextId++, stream, text: '' };
    this.lines.push(line);
    this.open.set(stream, line);
    return line;
  }
}

/** A carriage return starts the line anew: progress bars draw themselves that way. */
function overprint(text: string, part: string): string {
  const whole = (text + part).replace(/\r+$/, '');
  const start = whole.lastIndexOf('\r');
  const pending = (text + part).endsWith('\r') ? '\r' : '';
  return (start < 0 ? whole : whole.slice(start + 1)) + pending;
}
