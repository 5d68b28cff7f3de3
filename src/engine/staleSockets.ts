/** What engines that were killed left of their sockets: the next engine removes it. */
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SOCKET_NAMES } from './sockets.js';

const NAME = /^td-[A-Za-z0-9]{6}$/;
const FILES = new Set<string>(SOCKET_NAMES.map((name) => `${name}.sock`));
/** Younger ones may be of an engine that is about to listen. */
const SETTLED_MS = 60_000;

/** Removes this user's directories of sockets in `base` that no process serves. Failures leave things as they are. */
export async function removeStaleSockets(base: string): Promise<void> {
  for (const directory of ownDirectories(base)) {
    try {
      await removeIfStale(directory);
    } catch {
      // Somebody else removes it, or it is not to be removed.
    }
  }
}

function ownDirectories(base: string): string[] {
  try {
    return readdirSync(base)
      .filter((name) => NAME.test(name))
      .map((name) => join(base, name));
  } catch {
    return [];
  }
}

async function removeIfStale(directory: string): Promise<void> {
  const about = lstatSync(directory);
  const ours = about.isDirectory() && about.uid === process.getuid?.() && (about.mode & 0o777) === 0o700;
  if (!ours || Date.now() - about.mtimeMs < SETTLED_MS) return;
  const files = readdirSync(directory);
  if (files.length === 0 || !files.every((file) => FILES.has(file))) return;
  const sockets = files.map((file) => join(directory, file));
  if ((await Promise.all(sockets.map(isServed))).includes(true)) return;
  sockets.forEach((socket) => unlinkSync(socket));
  rmdirSync(directory);
}

/** Only a refusal tells that nobody listens; a process that is too busy to answer does. */
function isServed(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
