import { createServer, type Server, type Socket } from 'node:net';
import type { Client, RunService } from '../service.js';
import type { SocketDirectory } from '../sockets.js';
import { ClientConnection } from './connection.js';

/** Milliseconds that a client may take for the last it is told. */
const LAST_WORDS = 1000;

/** Serves the run API to any number of clients. */
export class RunApiServer {
  private readonly server: Server;
  private readonly clients = new Set<ClientConnection>();
  private onEmpty: (() => void) | null = null;

  constructor(
    private readonly service: RunService,
    private readonly token: string,
    /** Told which clients there are, whenever that changes. */
    private readonly attended: (clients: ReadonlySet<Client>) => void = () => undefined,
  ) {
    this.server = createServer((socket) => this.connect(socket));
  }

  listen(directory: SocketDirectory): Promise<string> {
    return directory.listen(this.server, 'run');
  }

  /** Resolves when no client is connected, and none came for `milliseconds`. */
  async deserted(milliseconds: number): Promise<void> {
    do {
      if (this.clients.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    } while (this.clients.size > 0);
  }

  async close(): Promise<void> {
    this.server.close();
    await Promise.all([...this.clients].map((client) => client.finish(LAST_WORDS)));
  }

  private connect(socket: Socket): void {
    const client: ClientConnection = new ClientConnection(socket, this.service, this.token, () => {
      this.clients.delete(client);
      this.attended(this.clients);
      if (this.clients.size === 0) this.onEmpty?.();
    });
    this.clients.add(client);
    this.attended(this.clients);
  }
}
