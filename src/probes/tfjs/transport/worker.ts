/** The thread that owns the socket, so that the training thread never waits for the engine. */
import fs from 'node:fs';
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineMessage } from '../../../protocol/telemetry.js';
import { Inspection } from './inspection.js';
import { LineQueue } from './lineQueue.js';
import { SLOT, type ToMain, type ToWorker, type WorkerData } from './wire.js';

const { shared, socket: address, log, control } = workerData as WorkerData;
const slots = new Int32Array(shared);
const file = log === undefined ? undefined : openLog(log);
const queue = new LineQueue((dropped) => Atomics.store(slots, SLOT.dropped, dropped));
const inspection = new Inspection(tell);
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

function disconnected(): void {
  socket = undefined;
  tell({ type: 'gone' });
  queue.clear();
  acknowledge();
}

/** The message is there before it is counted, so that who sees the count finds the message. */
function tell(message: ToMain): void {
  control.postMessage(message);
  Atomics.add(slots, SLOT.signal, 1);
  Atomics.notify(slots, SLOT.signal);
}

function parse(line: string): Partial<EngineMessage> | null {
  try {
    return JSON.parse(line) as Partial<EngineMessage> | null;
  } catch {
    return null;
  }
}

function receive(line: string): void {
  const message = parse(line) as EngineMessage | null;
  switch (message?.type) {
    case 'welcome':
      greeted = true;
      acknowledge();
      break;
    case 'gear':
    case 'verdict':
    case 'request':
      tell(message);
      break;
    case 'stop':
      tell(message);
      inspection.interrupt(undefined);
      break;
    case 'interrupt':
      inspection.interrupt(message.id);
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

function take(message: ToWorker): void {
  if ('job' in message) {
    void inspection.begin(message.job);
  } else if ('release' in message) {
    inspection.release();
  } else if ('flush' in message) {
    // A connection that is left open keeps the process from ending.
    inspection.release();
    flushWanted = message.flush;
  } else {
    if (!message.said) writeLog(message.line);
    if (socket) queue.push(message);
  }
  pump();
}

if (socket === undefined) tell({ type: 'gone' });
parentPort?.on('message', take);
process.on('exit', () => tell({ type: 'gone' }));
