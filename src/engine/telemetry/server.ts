import { createServer, type Server, type Socket } from 'node:net';
import type {
  ConversationMessage,
  EngineMessage,
  Hello,
  Notice,
  ProbeMessage,
} from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import type { SocketDirectory } from '../sockets.js';
import { ProbeConnection } from './connection.js';

export interface TelemetryEvents {
  message(rank: number, message: ProbeMessage): void;
  conversation(rank: number, message: ConversationMessage): void;
  /** The connection of a rank has ended. */
  left(rank: number): void;
  /** Something wrong on the way from probe to engine. */
  notice(notice: Notice): void;
}

/** Milliseconds. */
const TURN = 20;

/** Hears every probe of one run. */
export class TelemetryServer {
  private readonly server: Server;
  private readonly connections = new Set<ProbeConnection>();
  private readonly byRank = new Map<number, ProbeConnection>();
  private readonly pids = new Map<number, number>();
  private closed = false;
  private stopping = false;

  constructor(
    private readonly token: string,
    private readonly events: TelemetryEvents,
    private readonly helloTimeout?: number,
  ) {
    this.server = createServer((socket) => this.connect(socket));
  }

  listen(directory: SocketDirectory): Promise<string> {
    return directory.listen(this.server, 'telemetry');
  }

  /** Tells every probe, and those that are yet to come, to end; returns how many were told now. */
  stop(): number {
    this.stopping = true;
    const greeted = [...this.connections].filter((connection) => connection.greeted);
    for (const connection of greeted) connection.send({ type: 'stop' });
    return greeted.length;
  }

  /** Tells one probe, where it is there. */
  send(rank: number, message: EngineMessage): void {
    this.byRank.get(rank)?.send(message);
  }

  /**
   * Resolves once every connection has ended by itself, or after `milliseconds` in which there was time to hear them: an
   * engine that has too much to do reads between the turns that are counted.
   */
  async drained(milliseconds: number): Promise<void> {
    // A connection that was made is there after one turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (let waited = 0; this.connections.size > 0 && waited < milliseconds; waited += TURN)
      await new Promise((resolve) => setTimeout(resolve, TURN));
  }

  close(): void {
    this.closed = true;
    for (const connection of this.connections) connection.end();
    this.server.close();
  }

  private connect(socket: Socket): void {
    const connection: ProbeConnection = new ProbeConnection(
      socket,
      this.token,
      {
        greeted: (hello) => {
          const rank = this.rankFor(hello);
          this.byRank.set(rank, connection);
          return rank;
        },
        message: (rank, message) => {
          if (message.type === 'hello' && this.stopping) connection.send({ type: 'stop' });
          this.events.message(rank, message);
        },
        conversation: (rank, message) => this.events.conversation(rank, message),
        notice: (notice) => {
          if (!this.closed) this.events.notice(notice);
        },
        closed: () => this.disconnect(connection),
      },
      this.helloTimeout,
    );
    this.connections.add(connection);
  }

  private disconnect(connection: ProbeConnection): void {
    this.connections.delete(connection);
    for (const [rank, known] of this.byRank) {
      if (known !== connection) continue;
      this.byRank.delete(rank);
      if (!this.closed) this.events.left(rank);
    }
  }

  /**
   * A script may start further trainings, which all call themselves rank 0. Their steps must not be mixed, so each
   * further process gets a rank of its own.
   */
  private rankFor(hello: Hello): number {
    const owner = this.pids.get(hello.rank);
    if (owner === undefined || owner === hello.pid) {
      this.pids.set(hello.rank, hello.pid);
      return hello.rank;
    }
    const known = [...this.pids].find(([, pid]) => pid === hello.pid)?.[0];
    const rank = known ?? Math.max(...this.pids.keys()) + 1;
    this.pids.set(rank, hello.pid);
    if (known === undefined) this.sayShared(hello, rank);
    return rank;
  }

  private sayShared(hello: Hello, rank: number): void {
    const message = text(
      'Process {0} also trains as rank {1}; it is shown as rank {2}.',
      hello.pid,
      hello.rank,
      rank,
    );
    this.events.notice({ type: 'notice', level: 'info', code: 'rank-shared', message });
  }
}
