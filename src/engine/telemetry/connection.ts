import type { Socket } from 'node:net';
import { decodeProbeMessage } from '../../protocol/decodeTelemetry.js';
import {
  MAX_MESSAGE_BYTES,
  TELEMETRY_VERSION,
  isConversation,
  type ConversationMessage,
  type EngineMessage,
  type Hello,
  type Notice,
  type ProbeLine,
  type ProbeMessage,
} from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { LineReader } from './lineReader.js';
import { readHello, Refusal } from './greeting.js';

/** A connection that has not said hello in this time, in milliseconds, is ended. */
const HELLO_TIMEOUT = 10_000;
/** After so many unreadable lines without a readable one between them, the other side is not a probe. */
const MAX_UNREADABLE = 1000;

/** What a connection tells the server it belongs to. */
export interface ConnectionEvents {
  /** Returns the rank under which what follows is recorded. */
  greeted(hello: Hello): number;
  message(rank: number, message: ProbeMessage): void;
  /** What is said about a training that is held. */
  conversation(rank: number, message: ConversationMessage): void;
  notice(notice: Notice): void;
  closed(): void;
}

/** One probe. Whatever it sends, this neither throws nor holds more than one message. */
export class ProbeConnection {
  private rank: number | null = null;
  private refused = false;
  private lines = 0;
  private unreadable = 0;
  private unreadableInARow = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly reader: LineReader;

  constructor(
    private readonly socket: Socket,
    private readonly token: string,
    private readonly events: ConnectionEvents,
    helloTimeout = HELLO_TIMEOUT,
  ) {
    this.reader = new LineReader(
      MAX_MESSAGE_BYTES,
      (line) => this.accept(line),
      () => this.tooLong(),
    );
    this.timer = setTimeout(() => this.refuse('no hello in time', silentConnection()), helloTimeout);
    socket.setKeepAlive(true);
    // A training may be waiting for each line.
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.reader.push(chunk));
    // What is wrong with the socket shows in its closing.
    socket.on('error', () => undefined);
    socket.on('close', () => this.close());
  }

  get greeted(): boolean {
    return this.rank !== null;
  }

  send(message: EngineMessage): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(`${JSON.stringify(message)}\n`);
  }

  end(): void {
    this.socket.destroy();
  }

  private accept(line: string): void {
    if (this.refused || this.socket.destroyed) return;
    this.lines++;
    if (this.rank === null) this.greet(line);
    else this.read(this.rank, line);
  }

  private greet(line: string): void {
    let hello: Hello;
    try {
      hello = readHello(line, this.token);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.message, error.problem);
      return;
    }
    clearTimeout(this.timer);
    this.rank = this.events.greeted(hello);
    this.send({ type: 'welcome', version: TELEMETRY_VERSION });
    this.events.message(this.rank, { ...hello, rank: this.rank });
  }

  private read(rank: number, line: string): void {
    let message: ProbeLine | null;
    try {
      message = decodeProbeMessage(line);
    } catch (error) {
      this.unreadableLine(rank, error instanceof Error ? error.message : String(error));
      return;
    }
    this.unreadableInARow = 0;
    if (message === null) return;
    if (isConversation(message)) this.events.conversation(rank, message);
    else this.events.message(rank, message);
  }

  private unreadableLine(rank: number, reason: string): void {
    this.unreadable++;
    this.unreadableInARow++;
    if (this.unreadable === 1) {
      this.warn(
        'telemetry-unreadable',
        text('Line {0} of rank {1} could not be read: {2}', this.lines, rank, reason),
      );
    }
    if (this.unreadableInARow < MAX_UNREADABLE) return;
    this.warn(
      'telemetry-ended',
      text('Rank {0} sent {1} unreadable lines in a row; its connection was ended.', rank, MAX_UNREADABLE),
    );
    this.end();
  }

  private tooLong(): void {
    const megabytes = MAX_MESSAGE_BYTES / 1024 / 1024;
    const problem = text(
      'A message of rank {0} is longer than {1} MB; its connection was ended. What came before is kept.',
      this.rank ?? '?',
      megabytes,
    );
    if (this.rank === null) {
      this.refuse(`a message is longer than ${MAX_MESSAGE_BYTES} bytes`, problem);
      return;
    }
    this.warn('telemetry-oversized', problem);
    this.end();
  }

  private refuse(reason: string, problem: Text): void {
    clearTimeout(this.timer);
    this.refused = true;
    this.warn('telemetry-refused', problem);
    if (this.socket.destroyed) return;
    this.socket.end(`${JSON.stringify({ type: 'refused', reason } satisfies EngineMessage)}\n`, () =>
      this.socket.destroy(),
    );
  }

  private close(): void {
    clearTimeout(this.timer);
    if (this.unreadable > 1 && this.rank !== null) {
      this.warn(
        'telemetry-unreadable-total',
        text('{0} of {1} lines of rank {2} could not be read.', this.unreadable, this.lines, this.rank),
      );
    }
    this.events.closed();
  }

  private warn(code: string, message: Text): void {
    this.events.notice({ type: 'notice', level: 'warning', code, message });
  }
}

function silentConnection(): Text {
  return text('A connection for measurements was opened but nothing came over it; it was ended.');
}
