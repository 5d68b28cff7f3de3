import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachRun, type LaunchedRun } from '../../src/engine/client.js';
import { connectLiveRun } from '../../src/engine/liveRun.js';
import { readEngineFile, type EngineFile } from '../../src/engine/recorder/index.js';
import { connectOptions } from '../../src/engine/sockets.js';
import type { RunMethod, RunRequests } from '../../src/protocol/runApi.js';
import { snapshot, until, Workplace } from './support/workplace.js';

let place: Workplace;
let run: LaunchedRun;
let engine: EngineFile;

beforeAll(async () => {
  place = await Workplace.create();
  run = await place.launch({ program: 'train.py', args: ['--steps', '100000', '--seconds', '0.001'] });
  const found = readEngineFile(run.directory);
  if (found === null) throw new Error('There is no engine.json.');
  engine = found;
  await until('it runs', async () => (await snapshot(run.client)).summary.status === 'running');
});

afterAll(() => place.dispose());

async function rawConnection(): Promise<Socket & { text: () => string }> {
  const socket = connect(connectOptions(engine.socket));
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (part: Buffer) => (received += part.toString()));
  socket.on('error', () => undefined);
  return Object.assign(socket, { text: () => received });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function frame(message: unknown): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function attach(params: unknown): string {
  return frame({ jsonrpc: '2.0', id: 1, method: 'attach', params });
}

test('a wrong token is answered and the connection ended', async () => {
  await expect(connectLiveRun(engine.socket, 'wrong')).rejects.toThrow('The token is wrong');
  const socket = await rawConnection();
  socket.write(attach({ token: 'wrong', version: 1 }));
  await closed(socket);
  expect(socket.text()).toContain('The token is wrong');
});

test('another version of the API is answered with both versions', async () => {
  const socket = await rawConnection();
  socket.write(attach({ token: engine.token, version: 9 }));
  await closed(socket);
  expect(socket.text()).toContain('speaks version 1 of the run API, the client 9');
});

test('nothing is answered before attach', async () => {
  const socket = await rawConnection();
  socket.write(frame({ jsonrpc: '2.0', id: 1, method: 'snapshot', params: {} }));
  await closed(socket);
  expect(socket.text()).toContain('The first request of a connection must be attach');
  expect(socket.text()).not.toContain('summary');
});

test.each([
  ['what is not the protocol', 'GET / HTTP/1.1\r\n\r\n'],
  ['a body that is no JSON', 'Content-Length: 5\r\n\r\n{{{{{'],
  ['a gigabyte before the token', `Content-Length: 1073741824\r\n\r\n${'x'.repeat(200_000)}`],
])('%s ends the connection and nothing else', async (_, bytes) => {
  const socket = await rawConnection();
  socket.write(bytes);
  await closed(socket);
  expect((await snapshot(run.client)).summary.status).toBe('running');
});

test.each<[string, RunMethod, unknown, string]>([
  ['an unknown request', 'explode' as RunMethod, {}, 'There is no request explode'],
  [
    'no width',
    'frames',
    { rank: 0, series: ['loss'], x: 'step' },
    'The parameter width must be a whole number',
  ],
  [
    'another axis',
    'frames',
    { rank: 0, series: ['loss'], x: 'day', width: 9 },
    'must be one of step, epoch, time',
  ],
  [
    'a text as series',
    'frames',
    { rank: 0, series: 'loss', x: 'step', width: 9 },
    'series must be a list of texts',
  ],
  ['another measure', 'parameterFrame', { rank: 0, measure: 'x', width: 9 }, 'measure must be one of'],
])('%s is answered with what is wrong', async (_, method, params, says) => {
  const failed = run.client.request(method, params as RunRequests[RunMethod]['params']);
  await expect(failed).rejects.toThrow(says);
});

test('what cannot be done, or not be answered any more, says why in a text', async () => {
  const client = await attachRun(run.directory);
  const refused = client.request('advance', { how: 'over' });
  await expect(refused).rejects.toMatchObject({
    problem: { template: 'Training is not paused.' },
  });
  const asked = client.request('snapshot', {});
  client.dispose();
  const ended = { problem: { template: 'The connection to the run has ended.' } };
  await expect(asked).rejects.toMatchObject(ended);
  await expect(client.request('snapshot', {})).rejects.toMatchObject(ended);
});

test('each kind of notification comes at most ten times a second', async () => {
  const client = await attachRun(run.directory);
  const counts = { progress: 0, console: 0 };
  client.on('progress', () => counts.progress++);
  client.on('console', () => counts.console++);
  const start = Date.now();
  await until('some have come', () => counts.progress >= 12 && counts.console >= 12);
  const allowed = ((Date.now() - start) / 1000) * 10 + 2;
  expect(counts.progress).toBeLessThanOrEqual(allowed);
  expect(counts.console).toBeLessThanOrEqual(allowed);
  client.dispose();
});

function described(received: string): number {
  return received.split('"method":"described"').length;
}

test('a client that reads nothing holds up neither engine nor other clients, and is told to catch up', async () => {
  const slow = await rawConnection();
  slow.write(attach({ token: engine.token, version: 1 }));
  await until('it is attached', () => slow.text().includes('"result"'));
  slow.pause();
  // Replies that it does not read fill what lies between it and the engine.
  for (let id = 2; id < 300; id++) slow.write(frame({ jsonrpc: '2.0', id, method: 'snapshot', params: {} }));
  const before = (await snapshot(run.client)).summary.steps;
  await until('the training goes on', async () => (await snapshot(run.client)).summary.steps > before + 2000);
  const told = described(slow.text());
  slow.resume();
  await until('it is told to ask again', () => described(slow.text()) > told);
  slow.destroy();
});
