/** Sockets that only this user can reach: Unix sockets in a directory of mode 0700, loopback TCP on Windows. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, NetConnectOpts, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with a closing zero. */
const MAX_SOCKET_PATH = 103;
const LONGEST_NAME = 'telemetry.sock';
export const SOCKET_NAMES = ['run', 'telemetry'] as const;

/** The places of an engine's sockets; `dispose` removes them. */
export class SocketDirectory {
  private constructor(private readonly directory: string | null) {}

  static create(platform: NodeJS.Platform = process.platform): SocketDirectory {
    if (platform === 'win32') return new SocketDirectory(null);
    return new SocketDirectory(makePrivateDirectory());
  }

  /** The directory that those of other engines are in as well; null where there are none. */
  get base(): string | null {
    return this.directory === null ? null : dirname(this.directory);
  }

  /** Starts to listen and returns the address as it stands in the environment: `unix:/path` or `tcp:host:port`. */
  async listen(server: Server, name: (typeof SOCKET_NAMES)[number]): Promise<string> {
    if (this.directory === null) {
      await listening(server, () => server.listen(0, '127.0.0.1'));
      return `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    const path = join(this.directory, `${name}.sock`);
    await listening(server, () => server.listen(path));
    return `unix:${path}`;
  }

  dispose(): void {
    if (this.directory !== null) rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * The temporary directory goes before XDG_RUNTIME_DIR, since that is deleted when the user logs out and a training may
 * outlast the login.
 */
function makePrivateDirectory(): string {
  const bases = [tmpdir(), process.env['XDG_RUNTIME_DIR'], '/tmp'].filter((base) => base !== undefined);
  let failure: unknown;
  for (const base of bases) {
    if (Buffer.byteLength(join(base, 'td-XXXXXX', LONGEST_NAME)) > MAX_SOCKET_PATH) continue;
    try {
      return mkdtempSync(join(base, 'td-'));
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`No directory for sockets could be made in any of ${bases.join(', ')}: ${String(failure)}`);
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

/** How `net.connect` reaches an address that `listen` gave. */
export function connectOptions(address: string): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const tcp = /^tcp:(.+):(\d+)$/.exec(address);
  if (tcp === null) throw new Error(`Not the address of a socket: ${address}`);
  return { host: tcp[1] ?? '', port: Number(tcp[2]) };
}
