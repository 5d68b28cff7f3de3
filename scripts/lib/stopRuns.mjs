// Ends the trainings of a workspace through their engines. They outlive their window by design, but not `npm start`.
import { readFile, readdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const live = ['starting', 'running', 'paused', 'stopping'];
const apiVersion = 1; // RUN_API_VERSION of src/protocol/runApi.ts
const gracefulMs = 5000;
const patienceMs = 25_000;

const readJson = async (...names) => JSON.parse(await readFile(path.join(...names), 'utf8'));

async function isLive(directory) {
  const { status } = await readJson(directory, 'run.json').catch(() => ({}));
  return live.includes(status);
}

/** @param {string} address as in engine.json: `unix:/path` or `tcp:host:port` */
function connect(address) {
  const [, kind, rest] = /^(unix|tcp):(.*)$/.exec(address) ?? [];
  if (kind === 'unix') return net.connect(rest);
  const [host, port] = rest.split(':');
  return net.connect(Number(port), host);
}

/** JSON-RPC as vscode-jsonrpc frames it, with Node's own modules only. */
function send(socket, id, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
  socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

async function whileLive(directory, milliseconds) {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(100))
    if (!(await isLive(directory))) return;
}

/** A training that starts may not have said yet where its engine is. */
async function engineOf(directory) {
  for (const deadline = Date.now() + gracefulMs; ; await sleep(100)) {
    const engine = await readJson(directory, 'engine.json').catch(() => undefined);
    if (engine !== undefined || Date.now() > deadline || !(await isLive(directory))) return engine;
  }
}

async function stopOne(directory) {
  if (!(await isLive(directory))) return;
  const engine = await engineOf(directory);
  if (engine === undefined) return;
  const socket = connect(engine.socket);
  socket.on('error', () => undefined).resume();
  send(socket, 1, 'attach', { token: engine.token, version: apiVersion });
  send(socket, 2, 'stop', {});
  await whileLive(directory, gracefulMs);
  if (socket.writable) send(socket, 3, 'stop', {}); // the second time means now
  await whileLive(directory, patienceMs);
  socket.destroy();
}

/** @param {string} workspace a folder with `.training-debugger/runs` */
export async function stopRuns(workspace) {
  const runs = path.join(workspace, '.training-debugger', 'runs');
  const names = await readdir(runs).catch(() => []);
  await Promise.all(names.map((name) => stopOne(path.join(runs, name)).catch(() => undefined)));
}
