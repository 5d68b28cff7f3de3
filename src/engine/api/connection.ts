import type { Socket } from 'node:net';
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';
import {
  RUN_API_VERSION,
  type RunNotification,
  type RunNotifications,
  type RunSnapshot,
} from '../../protocol/runApi.js';
import { RequestError } from '../debugging/requestError.js';
import type { RunService } from '../service.js';
import { tokensEqual } from '../token.js';
import { isServedMethod, readParams } from './params.js';

const ATTACH_TIMEOUT = 10_000;
/** Bytes that a client may send before it has shown the token. */
const MAX_BEFORE_ATTACH = 64 * 1024;
/** Notifications that wait for a client to read before it is told less. */
const MAX_WAITING = 10;

/** Rare, and waited for. */
const VITAL: ReadonlySet<RunNotification> = new Set(['stopped', 'continued', 'ended'] as const);

/** One client of the run API. However slow it is, the engine neither waits for it nor keeps more than a little for it. */
export class ClientConnection {
  private readonly connection: MessageConnection;
  private readonly timer: NodeJS.Timeout;
  private subscription: { dispose(): void } | null = null;
  private received = 0;
  private waiting = 0;
  private behind = false;

  constructor(
    private readonly socket: Socket,
    private readonly service: RunService,
    private readonly token: string,
    onClosed: () => void,
  ) {
    this.connection = createMessageConnection(
      new StreamMessageReader(socket),
      new StreamMessageWriter(socket),
    );
    this.timer = setTimeout(() => this.end(), ATTACH_TIMEOUT);
    socket.on('data', (chunk: Buffer) => this.limit(chunk.length));
    // What is wrong with the socket, or with what came over it, shows in its closing.
    socket.on('error', () => undefined);
    this.connection.onError(() => this.end());
    socket.on('close', () => {
      this.dispose();
      onClosed();
    });
    this.connection.onRequest((method: string, params: unknown) => this.answer(method, params));
    this.connection.listen();
  }

  end(): void {
    this.socket.destroy();
  }

  /** Ends once the client has taken what it was told, or has not for so long. */
  async finish(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (this.waiting > 0 && !this.socket.destroyed && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.socket.end(() => this.end());
  }

  private limit(bytes: number): void {
    this.received += bytes;
    if (this.subscription === null && this.received > MAX_BEFORE_ATTACH) this.end();
  }

  private async answer(method: string, params: unknown): Promise<unknown> {
    if (method === 'attach') return this.attach(params);
    if (this.subscription === null) return this.refuse('The first request of a connection must be attach.');
    if (!isServedMethod(method))
      throw new ResponseError(ErrorCodes.MethodNotFound, `There is no request ${method}.`);
    try {
      return await this.service.request(method, readParams(method, params), this);
    } catch (error) {
      throw new ResponseError(
        ErrorCodes.InternalError,
        error instanceof Error ? error.message : String(error),
        error instanceof RequestError ? error.problem : undefined,
      );
    }
  }

  private async attach(params: unknown): Promise<RunSnapshot | ResponseError> {
    const { token, version } = (params ?? {}) as { token?: unknown; version?: unknown };
    if (!tokensEqual(token, this.token)) return this.refuse('The token is wrong.');
    if (version !== RUN_API_VERSION) {
      return this.refuse(
        `The engine of this run speaks version ${RUN_API_VERSION} of the run API, the client ${String(version)}.`,
      );
    }
    clearTimeout(this.timer);
    const snapshot = await this.service.request('snapshot', {});
    this.subscription ??= this.service.subscribe((notification, sent) => this.notify(notification, sent));
    return snapshot;
  }

  /** Answers, then ends the connection. */
  private refuse(reason: string): ResponseError {
    setTimeout(() => this.socket.end(), 50);
    setTimeout(() => this.end(), 1000).unref();
    return new ResponseError(ErrorCodes.InvalidRequest, reason);
  }

  private notify<N extends RunNotification>(notification: N, params: RunNotifications[N]): void {
    if (this.waiting < MAX_WAITING || VITAL.has(notification)) this.send(notification, params);
    else this.behind = true;
  }

  private send<N extends RunNotification>(notification: N, params: RunNotifications[N]): void {
    this.waiting++;
    this.connection.sendNotification(notification, params).then(
      () => this.taken(),
      // The connection is over, which its closing tells.
      () => undefined,
    );
  }

  /** A client that missed notifications is told to ask for a snapshot. */
  private taken(): void {
    this.waiting--;
    if (!this.behind || this.waiting > 0) return;
    this.behind = false;
    this.send('described', {});
  }

  private dispose(): void {
    clearTimeout(this.timer);
    this.subscription?.dispose();
    this.connection.dispose();
  }
}
