/** A debug adapter on a local port with real runs behind it, and an independent DAP client that talks to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import { AdapterError } from '../../src/adapter/errors.js';
import { english } from '../../src/adapter/output.js';
import { TrainingSession, type AdapterHost } from '../../src/adapter/session.js';
import { readMessages, writeMessage } from '../../src/adapter/stream.js';
import { attachRun, launchRun } from '../../src/engine/client.js';
import { LaunchError, parseLaunchConfig } from '../../src/engine/launch/config.js';
import { LIVE_STATUSES } from '../../src/protocol/runApi.js';
import { bundleEngine, type Bundle } from '../engine/support/bundle.js';

export class AdapterServer {
  /** Directories of the runs that were started. */
  readonly directories: string[] = [];
  readonly workspace = mkdtempSync(join(tmpdir(), 'td-adapter-'));
  private readonly clients: DebugClient[] = [];

  private constructor(
    private readonly engine: Bundle,
    private readonly server: Server,
  ) {}

  static async start(): Promise<AdapterServer> {
    const server = createServer();
    const self = new AdapterServer(await bundleEngine(), server);
    server.on('connection', (socket) => {
      const session = new TrainingSession(self.host(), (message) => writeMessage(socket, message));
      readMessages(
        socket,
        (message) => session.receive(message),
        () => socket.destroy(),
      );
      socket.on('close', () => session.dispose());
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  script(name: string, source: string): string {
    const file = join(this.workspace, name);
    writeFileSync(file, source);
    return file;
  }

  async client(): Promise<DebugClient> {
    const client = new DebugClient('', '', 'training');
    client.defaultTimeout = 60_000;
    await client.start(this.port);
    this.clients.push(client);
    return client;
  }

  /** Ends clients and trainings. */
  async stop(): Promise<void> {
    for (const client of this.clients) await client.stop().catch(() => undefined);
    for (const directory of this.directories) await endRun(directory);
    this.server.close();
    this.engine.dispose();
    rmSync(this.workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private host(): AdapterHost {
    const defaults = { workspace: this.workspace, runsDirectory: join(this.workspace, 'runs') };
    return {
      launch: async (configuration) => {
        try {
          const config = parseLaunchConfig(configuration, defaults);
          const run = await launchRun(config, {
            node: process.execPath,
            engineScript: this.engine.engineScript,
          });
          this.directories.push(run.directory);
          return run.client;
        } catch (error) {
          throw error instanceof LaunchError ? new AdapterError(error.problem) : error;
        }
      },
      attach: (configuration) => attachRun(String(configuration['run'])),
      translate: english,
    };
  }
}

/** Stops the training and waits for its end. */
async function endRun(directory: string): Promise<void> {
  const client = await attachRun(directory);
  const { summary } = await client.request('snapshot', {});
  if (LIVE_STATUSES.includes(summary.status)) {
    const ended = new Promise<void>((resolve) => client.on('ended', () => resolve()));
    await client.request('stop', {});
    await client.request('stop', {});
    await ended;
  }
  client.dispose();
}
