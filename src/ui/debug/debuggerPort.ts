/** Where the debugger of the script's language waits for a client, and since when it does. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchConfig } from '../../protocol/runApi.js';

export const HOST = '127.0.0.1';

/** debugpy writes this file once it listens; to try its port would be taken for the client that it waits for. */
const ENDPOINTS = 'DEBUGPY_ADAPTER_ENDPOINTS';

/** The configuration with a port for the script's debugger. */
export async function withDebuggerPort(config: LaunchConfig, python: boolean): Promise<LaunchConfig> {
  const debuggerPort = await freePort();
  if (!python) return { ...config, debuggerPort };
  const endpoints = join(tmpdir(), `training-debugger-debugpy-${randomUUID()}.json`);
  return { ...config, debuggerPort, env: { ...config.env, [ENDPOINTS]: endpoints } };
}

/** Whether a client can be attached now. */
export async function debuggerListens({ debuggerPort, env }: LaunchConfig): Promise<boolean> {
  const endpoints = env[ENDPOINTS];
  if (typeof endpoints === 'string') return existsSync(endpoints);
  return debuggerPort !== undefined && answers(debuggerPort);
}

/** A port of loopback that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
