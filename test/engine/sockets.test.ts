import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectOptions, SocketDirectory } from '../../src/engine/sockets.js';
import { newToken, tokensEqual } from '../../src/engine/token.js';

const TMPDIR = process.env['TMPDIR'];

afterEach(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
});

test('a socket is in a directory that only its owner may enter, and goes with it', async () => {
  const directory = SocketDirectory.create();
  const server = createServer();
  const address = await directory.listen(server, 'telemetry');
  const path = address.replace('unix:', '');
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  server.close();
  directory.dispose();
  expect(existsSync(dirname(path))).toBe(false);
});

test('a long temporary directory does not make a path that no socket can have', async () => {
  process.env['TMPDIR'] = `/tmp/${'long/'.repeat(30)}`;
  const directory = SocketDirectory.create();
  const server = createServer();
  const address = await directory.listen(server, 'telemetry');
  expect(Buffer.byteLength(address.replace('unix:', ''))).toBeLessThan(104);
  server.close();
  directory.dispose();
});

test('without Unix sockets it is loopback only', async () => {
  const directory = SocketDirectory.create('win32');
  const server = createServer();
  const address = await directory.listen(server, 'telemetry');
  expect(address).toMatch(/^tcp:127\.0\.0\.1:\d+$/);
  const client = connect(connectOptions(address));
  await once(client, 'connect');
  client.destroy();
  server.close();
});

test('tokens are long, new each time and compared whole', () => {
  const token = newToken();
  expect(token.length).toBeGreaterThanOrEqual(32);
  expect(newToken()).not.toBe(token);
  expect(tokensEqual(token, token)).toBe(true);
  for (const wrong of ['', token.slice(1), `${token} `, undefined, 0, [token]]) {
    expect(tokensEqual(wrong, token)).toBe(false);
  }
});
