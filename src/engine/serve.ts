/** The life of one engine process: it gets a run, serves it, and goes when the run is over and nobody looks. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunApiServer } from './api/server.js';
import { Deferred } from './deferred.js';
import type { EngineOrder } from './engineOrder.js';
import { prepareLaunch } from './launch/prepare.js';
import { RUN_FILES, writeEngineFile } from './recorder/index.js';
import { Session, type SessionOptions } from './session.js';
import { SocketDirectory } from './sockets.js';
import { removeStaleSockets } from './staleSockets.js';
import { newToken } from './token.js';

/** Milliseconds that a finished run is still served, for clients that are between two windows. */
const LINGER = 5000;

export interface ServedRun {
  session: Session;
  /** Resolves when the run is over, its clients have left and everything is closed. */
  done: Promise<void>;
  /** Stops the run, and goes at its end without waiting for clients. */
  leave(): void;
}

/**
 * Starts a run and serves it, in the foreground with the training on our own streams. Throws a `LaunchError`, or what
 * kept the record from being made.
 */
export async function serveRun(
  order: EngineOrder,
  engineScript: string,
  foreground: boolean,
): Promise<ServedRun> {
  const probes = join(dirname(engineScript), 'probes');
  const prepared = await prepareLaunch(order.config, process.env, probes);
  const version = installedVersion(engineScript);
  const options: SessionOptions = { ...order, prepared, engineScript, probes, foreground, version };
  const session = new Session(options);
  const sockets = SocketDirectory.create();
  if (sockets.base !== null) void removeStaleSockets(sockets.base);
  const token = newToken();
  const api = new RunApiServer(session, token, (clients) => session.attended(clients));
  const close = async (): Promise<void> => {
    await api.close();
    session.close();
    sockets.dispose();
    rmSync(join(order.directory, RUN_FILES.engine), { force: true });
  };
  try {
    writeEngineFile(order.directory, { socket: await api.listen(sockets), token });
    await session.start(sockets);
  } catch (error) {
    await close();
    throw error;
  }
  const leaving = new Deferred<void>();
  // In the foreground nobody is waited for.
  if (foreground) leaving.resolve();
  const deserted = session.ended.then(() => Promise.race([api.deserted(LINGER), leaving.promise]));
  const leave = (): void => {
    leaving.resolve();
    void session.request('stop', {});
  };
  return { session, done: deserted.then(close), leave };
}

/** Of the package that the bundle is in. */
export function installedVersion(engineScript: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(join(dirname(engineScript), '..', 'package.json'), 'utf8'),
  );
  const { version } = manifest as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
