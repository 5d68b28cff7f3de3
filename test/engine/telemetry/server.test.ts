import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectOptions, SocketDirectory } from '../../../src/engine/sockets.js';
import { TelemetryServer } from '../../../src/engine/telemetry/server.js';
import {
  MAX_MESSAGE_BYTES,
  type ConversationMessage,
  type Notice,
  type ProbeMessage,
} from '../../../src/protocol/telemetry.js';
import { formatText } from '../../../src/protocol/values.js';
import { until } from '../support/workplace.js';

const TOKEN = 'right';
const HELLO_TIMEOUT = 300;

let directory: SocketDirectory;
let server: TelemetryServer;
let address: string;
let heard: { rank: number; message: ProbeMessage }[];
let spoken: { rank: number; line: ConversationMessage }[];
let gone: number[];
let notices: Notice[];
let sockets: Socket[];

beforeEach(async () => {
  [heard, spoken, gone, notices, sockets] = [[], [], [], [], []];
  directory = SocketDirectory.create();
  const events = {
    message: (rank: number, message: ProbeMessage) => void heard.push({ rank, message }),
    conversation: (rank: number, line: ConversationMessage) => void spoken.push({ rank, line }),
    left: (rank: number) => void gone.push(rank),
    notice: (notice: Notice) => void notices.push(notice),
  };
  server = new TelemetryServer(TOKEN, events, HELLO_TIMEOUT);
  address = await server.listen(directory);
});

afterEach(() => {
  sockets.forEach((socket) => socket.destroy());
  server.close();
  directory.dispose();
});

class Client {
  received = '';
  closed = false;

  constructor(private readonly socket: Socket) {
    sockets.push(socket.setMaxListeners(0));
    socket.on('data', (part: Buffer) => (this.received += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
  }

  static async open(): Promise<Client> {
    const socket = connect(connectOptions(address));
    await once(socket, 'connect');
    return new Client(socket);
  }

  send(message: unknown): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  raw(bytes: string | Buffer): boolean {
    return this.socket.write(bytes);
  }

  /** Resolves when more can be sent, or never more. */
  drained(): Promise<unknown> {
    return new Promise((resolve) => this.socket.once('drain', resolve).once('close', resolve));
  }

  get replies(): unknown[] {
    return this.received
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  }
}

function hello(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'hello',
    version: 1,
    token: TOKEN,
    framework: 'pytorch',
    frameworkVersion: '2.9.0',
    language: 'python',
    languageVersion: '3.12.1',
    pid: 100,
    rank: 0,
    localRank: 0,
    worldSize: 1,
    host: 'here',
    script: 'train.py',
    argv: ['train.py'],
    cwd: '/',
    time: 1_700_000_000,
    packages: {},
    ...changes,
  };
}

function steps(first: number): Record<string, unknown> {
  return { type: 'steps', first, time: [first], scalars: { loss: [1 / (first + 1)] } };
}

function words(): string[] {
  return notices.map(({ message }) => formatText(message));
}

async function heardSteps(count: number): Promise<void> {
  await until(
    `${count} steps are heard`,
    () => heard.filter(({ message }) => message.type === 'steps').length === count,
  );
}

test('a probe is welcomed, and each of its lines is heard in order however the bytes are cut', async () => {
  const client = await Client.open();
  const bytes = Buffer.from(
    [hello(), steps(0), steps(1)].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  for (let at = 0; at < bytes.length; at += 7) client.raw(bytes.subarray(at, at + 7));
  await heardSteps(2);
  expect(client.replies).toEqual([{ type: 'welcome', version: 1 }]);
  expect(heard.map(({ message }) => message.type)).toEqual(['hello', 'steps', 'steps']);
  expect(notices).toEqual([]);
});

test.each([
  ['a wrong token', hello({ token: 'wrong' }), 'wrong token'],
  ['no token', hello({ token: undefined }), 'wrong token'],
  ['a newer protocol', hello({ version: 2 }), 'wrong protocol version 2, expected 1'],
  ['another greeting', { type: 'steps', token: TOKEN }, 'the first message must be hello'],
  ['a broken hello', hello({ pid: 'x' }), 'pid'],
])('%s is refused with the reason, recorded, and nothing of it heard', async (_, greeting, reason) => {
  const client = await Client.open();
  client.send(greeting);
  client.send(steps(0));
  await until('it is closed', () => client.closed);
  expect(client.replies).toEqual([{ type: 'refused', reason: expect.stringContaining(reason) as string }]);
  expect(heard).toEqual([]);
  expect(notices.map(({ code }) => code)).toEqual(['telemetry-refused']);
});

test('a connection that is no JSON at its start is refused', async () => {
  const client = await Client.open();
  client.raw('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until('it is closed', () => client.closed);
  expect(client.replies).toEqual([{ type: 'refused', reason: 'the first line is not a JSON object' }]);
});

test('unreadable lines are said once and counted, and the rest is heard', async () => {
  const client = await Client.open();
  client.send(hello());
  client.send(steps(0));
  client.raw('Segmentation fault\n');
  client.raw('{"type":"steps","first":"one"}\n');
  client.raw(Buffer.from([0xff, 0xfe, 0x0a]));
  client.send(steps(1));
  await heardSteps(2);
  expect(words()).toHaveLength(1);
  expect(words()[0]).toContain('Line 3 of rank 0 could not be read');
  sockets[0]?.end();
  await until('it is counted', () => words().some((word) => word.startsWith('3 of 6 lines of rank 0')));
});

test('a connection that only sends rubbish is ended', async () => {
  const client = await Client.open();
  client.send(hello());
  client.raw('rubbish\n'.repeat(1000));
  await until('it is closed', () => client.closed);
  expect(notices.map(({ code }) => code)).toContain('telemetry-ended');
});

test('a message that claims to be a gigabyte is never held; what came before stays', async () => {
  const client = await Client.open();
  client.send(hello());
  client.send(steps(0));
  await heardSteps(1);
  const before = process.memoryUsage().arrayBuffers;
  const part = Buffer.alloc(1024 * 1024, 'a');
  let sent = 0;
  client.raw('{"type":"steps","first":1,"junk":"');
  while (!client.closed && sent < 1024) {
    sent++;
    if (!client.raw(part)) await client.drained();
  }
  expect(client.closed).toBe(true);
  expect(sent).toBeLessThan(64);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MAX_MESSAGE_BYTES);
  expect(notices.map(({ code }) => code)).toEqual(['telemetry-oversized']);
  expect(heard).toHaveLength(2);
});

test('several ranks are kept apart, and another process that calls itself rank 0 gets a rank of its own', async () => {
  for (const [pid, rank] of [
    [100, 0],
    [101, 1],
    [102, 0],
  ]) {
    const client = await Client.open();
    client.send(hello({ pid, rank, worldSize: 2 }));
    client.send(steps(0));
    await until(`process ${pid} is welcome`, () => client.received.includes('welcome'));
  }
  await heardSteps(3);
  expect(heard.filter(({ message }) => message.type === 'steps').map(({ rank }) => rank)).toEqual([0, 1, 2]);
  expect(words()).toEqual(['Process 102 also trains as rank 0; it is shown as rank 2.']);
});

test('a connection that says nothing is ended', async () => {
  const client = await Client.open();
  await until('it is closed', () => client.closed);
  expect(client.replies).toEqual([{ type: 'refused', reason: 'no hello in time' }]);
});

test('the word to stop reaches every probe, and those that come later', async () => {
  const first = await Client.open();
  first.send(hello());
  await until('it is welcome', () => first.received.includes('welcome'));
  expect(server.stop()).toBe(1);
  const second = await Client.open();
  second.send(hello({ pid: 101, rank: 1 }));
  await until('both are told', () => first.received.includes('stop') && second.received.includes('stop'));
});
