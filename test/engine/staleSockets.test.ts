import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SocketDirectory } from '../../src/engine/sockets.js';
import { removeStaleSockets } from '../../src/engine/staleSockets.js';

const TMPDIR = process.env['TMPDIR'];
const LONG_AGO = new Date(Date.now() - 3_600_000);
let base: string;
let servers: Server[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'td-test-'));
  process.env['TMPDIR'] = base;
  servers = [];
});

afterEach(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  servers.forEach((server) => server.close());
  rmSync(base, { recursive: true, force: true });
});

/** A directory whose sockets a process listened at that was killed since. */
async function leftBehind(): Promise<string> {
  const directory = mkdtempSync(join(base, 'td-'));
  const paths = ['run', 'telemetry'].map((name) => join(directory, `${name}.sock`));
  const script = `for (const path of ${JSON.stringify(paths)}) require('net').createServer().listen(path);
    setTimeout(() => console.log('listening'), 50);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(paths.every((path) => existsSync(path))).toBe(true);
  return directory;
}

function old(directory: string): string {
  utimesSync(directory, LONG_AGO, LONG_AGO);
  return directory;
}

async function served(): Promise<string> {
  const server = createServer();
  servers.push(server);
  const address = await SocketDirectory.create().listen(server, 'run');
  return dirname(address.replace('unix:', ''));
}

test('what a killed process left of its sockets is removed', async () => {
  const directory = old(await leftBehind());
  await removeStaleSockets(base);
  expect(existsSync(directory)).toBe(false);
});

test('sockets that a process serves stay, whatever their age, and so does what has just been made', async () => {
  const kept = [old(await served()), await leftBehind()];
  await removeStaleSockets(base);
  expect(kept.filter((directory) => !existsSync(directory))).toEqual([]);
});

test('what is not a directory of sockets of ours stays', async () => {
  const withFile = await leftBehind();
  writeFileSync(join(withFile, 'notes.txt'), '');
  const open = join(base, 'td-OpenOn');
  mkdirSync(open, { mode: 0o755 });
  const elsewhere = join(base, 'elsewhere');
  mkdirSync(elsewhere);
  const link = join(base, 'td-LinkTo');
  symlinkSync(elsewhere, link);
  const kept = [withFile, open, elsewhere].map(old);
  await removeStaleSockets(base);
  expect([...kept, link].filter((path) => !existsSync(path)).map((path) => basename(path))).toEqual([]);
});

test('a directory that is not there is no failure', async () => {
  await expect(removeStaleSockets(join(base, 'nowhere'))).resolves.toBeUndefined();
});
