import type {
  RunClient,
  RunMethod,
  RunNotification,
  RunNotifications,
  RunRequests,
} from '../../protocol/runApi.js';

type Registration = { dispose(): void };
type Listeners = { [N in RunNotification]: Set<(params: RunNotifications[N]) => void> };

/**
 * One connection to a run for all who look at it in this window. While the run is live it goes to the engine; from its
 * end on, its record answers in the engine's place, for as long as anybody looks.
 */
export class RunHub {
  private readonly listeners: Listeners = {
    progress: new Set(),
    described: new Set(),
    findings: new Set(),
    console: new Set(),
    stopped: new Set(),
    continued: new Set(),
    ended: new Set(),
  };
  private readonly closed = new Set<(nothing: undefined) => void>();
  private readonly shares = new Set<RunClient>();
  private live: RunClient | undefined;
  private record: Promise<RunClient> | undefined;

  constructor(private readonly openRecord: () => Promise<RunClient>) {}

  get isLive(): boolean {
    return this.live !== undefined;
  }

  /** Takes over a client of the live run. */
  connect(client: RunClient): void {
    this.live?.dispose();
    this.live = client;
    client.on('progress', (params) => tell(this.listeners.progress, params));
    client.on('described', (params) => tell(this.listeners.described, params));
    client.on('findings', (params) => tell(this.listeners.findings, params));
    client.on('console', (params) => tell(this.listeners.console, params));
    client.on('stopped', (params) => tell(this.listeners.stopped, params));
    client.on('continued', (params) => tell(this.listeners.continued, params));
    client.on('ended', (params) => {
      this.disconnect();
      tell(this.listeners.ended, params);
    });
    client.onClosed(() => {
      if (this.live !== client) return;
      this.disconnect();
      tell(this.closed, undefined);
    });
  }

  /** A client of one's own, to be disposed. */
  share(): RunClient {
    const mine: Registration[] = [];
    const client: RunClient = {
      request: (method, params) => this.request(method, params),
      on: (notification, listener) => remember(mine, add(this.listeners[notification], listener)),
      onClosed: (listener) => remember(mine, add(this.closed, listener)),
      dispose: () => {
        for (const registration of mine) registration.dispose();
        this.release(client);
      },
    };
    this.shares.add(client);
    return client;
  }

  dispose(): void {
    this.disconnect();
    this.shares.clear();
    this.closeRecord();
  }

  private async request<M extends RunMethod>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']> {
    const { live } = this;
    try {
      if (live !== undefined) return await live.request(method, params);
    } catch (error) {
      // Where it ended meanwhile, its record knows what it would have said.
      if (this.live === live || this.shares.size === 0) throw error;
    }
    const record = await (this.record ??= this.openRecord());
    return record.request(method, params);
  }

  /** From now on the record answers. */
  disconnect(): void {
    const client = this.live;
    this.live = undefined;
    client?.dispose();
  }

  private release(share: RunClient): void {
    this.shares.delete(share);
    if (this.shares.size === 0) this.closeRecord();
  }

  private closeRecord(): void {
    const record = this.record;
    this.record = undefined;
    record?.then(
      (client) => client.dispose(),
      () => undefined,
    );
  }
}

function tell<T>(listeners: ReadonlySet<(params: T) => void>, params: T): void {
  for (const listener of [...listeners]) listener(params);
}

function add<T>(set: Set<T>, one: T): Registration {
  set.add(one);
  return { dispose: () => void set.delete(one) };
}

function remember(all: Registration[], one: Registration): Registration {
  all.push(one);
  return one;
}
