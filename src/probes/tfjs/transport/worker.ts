/** The thread that owns the socket, so that the training thread never waits for the engine. */
import fs from 'node:fs';
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { COMMAND, SLOT, type Command, type ToWorker, type WorkerData } from './wire.js';
import { LineQueue } from './lineQueue.js';

const { shared, socket: address, log } = workerData as WorkerData;
const slots = new Int32Array(shared);
const file = log === undefined ? undefined : openLog(log);
const queue = new LineQueue((dropped) => Atomics.store(slots, SLOT.dropped, dropped));
let socket = address === undefined ? undefined : connect(address);
let flushWanted = 0;
let greeted = false;

function openLog(name: string): number | undefined {
  try {
    return fs.openSync(name, 'a', 0o600);
  } catch {
    return undefined;
  }
}

function connect(to: string): net.Socket {
  const [, kind, rest = ''] = /^(unix|tcp):(.*)$/.exec(to) ?? [];
  const colon = rest.lastIndexOf(':');
  const options =
    kind === 'tcp' ? { host: rest.slice(0, colon), port: Number(rest.slice(colon + 1)) } : { path: rest };
  const made = net.connect(options);
  made.on('drain', pump);
  made.on('connect', pump);
  made.on('error', () => made.destroy());
  made.on('close', disconnected);
  made.setEncoding('utf8');
  let text = '';
  made.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    lines.forEach(receive);
  });
  return made;
}

/** A training that is paused for an engine that is gone must go on. */
function disconnected(): void {
  socket = undefined;
  if (Atomics.load(slots, SLOT.command) === COMMAND.pause) command(COMMAND.run);
  queue.clear();
  acknowledge();
}

function command(value: Command): void {
  Atomics.store(slots, SLOT.command, value);
  Atomics.notify(slots, SLOT.command);
}

function typeOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}

function receive(line: string): void {
  switch (typeOf(line)) {
    case 'welcome':
      greeted = true;
      acknowledge();
      break;
    case 'pause':
      command(COMMAND.pause);
      break;
    case 'resume':
      command(COMMAND.run);
      break;
    case 'stop':
      command(COMMAND.stop);
      break;
    case 'refused':
      socket?.destroy();
      break;
  }
}

/** Hands lines to the kernel as fast as it takes them. */
function pump(): void {
  while (socket && !socket.connecting && !socket.writableNeedDrain) {
    const line = queue.shift();
    if (line === undefined) break;
    socket.write(line, acknowledge);
  }
  acknowledge();
}

/**
 * Before its greeting the engine may not have read anything yet. If the script ended then, the greeting would meet a
 * closed socket, and the engine would lose with it what it has not read.
 */
function acknowledge(): void {
  const waiting = socket !== undefined && (!greeted || queue.length > 0 || socket.writableLength > 0);
  if (flushWanted === 0 || waiting) return;
  Atomics.store(slots, SLOT.flushed, flushWanted);
  Atomics.notify(slots, SLOT.flushed);
}

function writeLog(line: string): void {
  if (file === undefined) return;
  try {
    fs.writeSync(file, line);
  } catch {
    // A full disk must not end a training.
  }
}

parentPort?.on('message', (message: ToWorker) => {
  if ('flush' in message) {
    flushWanted = message.flush;
  } else {
    writeLog(message.line);
    if (socket) queue.push(message);
  }
  pump();
});
