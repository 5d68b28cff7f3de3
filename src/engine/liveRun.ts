import { connect, type Socket } from 'node:net';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';
import {
  RUN_API_VERSION,
  type RunClient,
  type RunMethod,
  type RunNotification,
  type RunNotifications,
  type RunRequests,
} from '../protocol/runApi.js';
import { isText } from '../protocol/errors.js';
import { text } from '../protocol/values.js';
import { RequestError } from './debugging/requestError.js';
import { connectOptions } from './sockets.js';

const CONNECT_TIMEOUT = 5000;

/** Attaches to an engine. Rejects where it does not answer or refuses. */
export async function connectLiveRun(address: string, token: string): Promise<RunClient> {
  const socket = await connected(address);
  const run = new LiveRun(socket);
  try {
    await withTimeout(run.request('attach', { token, version: RUN_API_VERSION }));
    return run;
  } catch (error) {
    run.dispose();
    throw error;
  }
}

type Listener = (params: unknown) => void;

/** The library leaves the failure of a write to nobody, which would end a process; the closing of the socket tells it. */
class QuietWriter extends StreamMessageWriter {
  override write(message: Message): Promise<void> {
    return super.write(message).catch(() => undefined);
  }
}

/** A run in another process, over its socket. */
class LiveRun implements RunClient {
  private readonly connection: MessageConnection;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly closedListeners = new Set<() => void>();
  private endedWith: RunNotifications['ended'] | null = null;
  private closed = false;
  /** Rejects when the connection has ended. */
  private readonly gone: Promise<never>;

  constructor(private readonly socket: Socket) {
    // Before what the library makes of it.
    this.gone = new Promise((_, reject) => socket.once('close', () => reject(connectionEnded())));
    this.gone.catch(() => undefined);
    this.connection = createMessageConnection(new StreamMessageReader(socket), new QuietWriter(socket));
    // What is wrong with the socket, or with what came over it, shows in its closing.
    socket.on('error', () => undefined);
    socket.on('close', () => this.close());
    this.connection.onError(() => socket.destroy());
    this.connection.onNotification((method: string, params: unknown) => this.hear(method, params));
    this.connection.listen();
  }

  async request<M extends RunMethod>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']> {
    if (this.closed) return this.gone;
    const answer = this.connection.sendRequest<RunRequests[M]['result']>(method, params);
    return Promise.race([answer, this.gone]).catch((error: unknown) => {
      throw readable(error);
    });
  }

  /** A listener to `ended` that comes after the end is told of it too. */
  on<N extends RunNotification>(
    notification: N,
    listener: (params: RunNotifications[N]) => void,
  ): { dispose(): void } {
    const listeners = this.listeners.get(notification) ?? new Set();
    this.listeners.set(notification, listeners);
    const own: Listener = (params) => listener(params as RunNotifications[N]);
    listeners.add(own);
    if (notification === 'ended' && this.endedWith !== null) queueMicrotask(() => own(this.endedWith));
    return { dispose: () => listeners.delete(own) };
  }

  onClosed(listener: () => void): { dispose(): void } {
    this.closedListeners.add(listener);
    if (this.closed) queueMicrotask(listener);
    return { dispose: () => this.closedListeners.delete(listener) };
  }

  dispose(): void {
    this.closedListeners.clear();
    this.listeners.clear();
    this.socket.destroy();
  }

  /** JSON-RPC wraps a parameter that is a list in a list of parameters. */
  private hear(method: string, wrapped: unknown): void {
    const params: unknown = Array.isArray(wrapped) ? wrapped[0] : wrapped;
    if (method === 'ended') this.endedWith = params as RunNotifications['ended'];
    for (const listener of this.listeners.get(method) ?? []) listener(params);
  }

  private close(): void {
    this.closed = true;
    this.connection.dispose();
    for (const listener of this.closedListeners) listener();
  }
}

/** Of the protocol's own errors nobody would know what to make. */
function connectionEnded(): RequestError {
  return new RequestError(text('The connection to the run has ended.'));
}

function readable(error: unknown): unknown {
  return error instanceof ResponseError && isText(error.data) ? new RequestError(error.data) : error;
}

function connected(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(connectOptions(address));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function withTimeout<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The engine of the run does not answer.')),
      CONNECT_TIMEOUT,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
