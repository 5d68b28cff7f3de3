import type { Writable } from 'node:stream';

const ERASE = '\r\u001b[K';
const NEWLINE = 10;

/** One line at the foot of a terminal, which makes room for whatever else is printed there. */
export class StatusLine {
  private line = '';
  private shown = false;
  /** Whether what was printed last ended its line; else the status would be appended to it. */
  private atLineStart = true;

  constructor(private readonly terminal: Writable) {}

  set(line: string): void {
    this.erase();
    this.line = line;
    this.draw();
  }

  /** Prints a line of its own above the status. */
  say(line: string): void {
    const whole = Buffer.from(`${this.atLineStart ? '' : '\n'}${line}\n`);
    this.around(whole, () => this.terminal.write(whole));
  }

  /** To be called around everything else that goes to the terminal. */
  around<T>(printed: Buffer, print: () => T): T {
    this.erase();
    const result = print();
    if (printed.length > 0) this.atLineStart = printed.at(-1) === NEWLINE;
    this.draw();
    return result;
  }

  private erase(): void {
    if (this.shown) this.terminal.write(ERASE);
    this.shown = false;
  }

  private draw(): void {
    if (this.line === '' || !this.atLineStart) return;
    this.terminal.write(this.line);
    this.shown = true;
  }
}
