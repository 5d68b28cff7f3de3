/** Runs real scripts in real Node processes with the probe in them, and hears what it says over a real socket. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import {
  isConversation,
  type ConversationMessage,
  type EngineMessage,
  type ProbeLine,
  type ProbeMessage,
} from '../../../src/protocol/telemetry.js';
import { decodeProbeMessage } from '../../../src/protocol/decodeTelemetry.js';
import { REQUIRE } from './scripts.js';
import { bundles, copies } from '../../../src/probes/tfjs/entries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
export const TOKEN = 'token-of-the-test';

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['src/probes/tfjs', 'src/protocol']) {
    for (const name of fs.readdirSync(path.join(ROOT, folder), { recursive: true }) as string[]) {
      const file = path.join(ROOT, folder, name);
      if (fs.statSync(file).isFile()) hash.update(name).update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Builds the probe as it ships, once for each state of its sources. @returns the folder of `preload.cjs` */
export async function buildProbe(): Promise<string> {
  const cache = path.join(ROOT, '.cache', 'tfjs-probe');
  const target = path.join(cache, sourcesHash());
  const built = path.join(target, 'probes', 'tfjs');
  if (fs.existsSync(target)) return built;
  fs.mkdirSync(cache, { recursive: true });
  const temporary = fs.mkdtempSync(path.join(cache, 'building-'));
  for (const { from, to, ...options } of bundles) {
    await esbuild.build({
      ...(options as esbuild.BuildOptions),
      absWorkingDir: ROOT,
      entryPoints: [path.join(ROOT, from)],
      outfile: path.join(temporary, to),
      bundle: true,
      logLevel: 'error',
    });
  }
  for (const { from, to } of copies) fs.copyFileSync(path.join(ROOT, from), path.join(temporary, to));
  try {
    fs.renameSync(temporary, target);
  } catch {
    // Another test file was faster.
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return built;
}

/** A folder that is gone when the test is over. */
export class Workspace {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tfjs-probe-')));

  write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = this.file(name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes a package of this repository's own node_modules one of the workspace. */
  link(name: string, from = path.join(ROOT, 'node_modules', name)): void {
    const target = this.file(path.join('node_modules', name));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.symlinkSync(from, target, 'dir');
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function decode(line: string): ProbeLine {
  const message = decodeProbeMessage(line);
  if (!message) throw new Error(`The engine does not know this message: ${line}`);
  return message;
}

type Listener = (message: ProbeLine) => void;

/** The engine's end of the socket. */
export class Ear {
  readonly messages: ProbeMessage[] = [];
  /** What is said about a training that is held. */
  readonly talk: ConversationMessage[] = [];
  readonly socketPath: string;
  private readonly server = net.createServer((socket) => this.accept(socket));
  private readonly listeners = new Set<Listener>();
  private sockets: net.Socket[] = [];

  /** @param mute accepts but never reads: an engine that hangs */
  constructor(
    folder: string,
    private readonly mute = false,
  ) {
    this.socketPath = path.join(folder, 'engine.sock');
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.socketPath, resolve));
  }

  private accept(socket: net.Socket): void {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    if (this.mute) {
      socket.pause();
      return;
    }
    this.hear(socket);
  }

  /** As an engine that had too much else to do. */
  wake(): void {
    for (const socket of this.sockets) {
      this.hear(socket);
      socket.resume();
    }
  }

  private hear(socket: net.Socket): void {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.receive(decode(line));
    });
  }

  private receive(message: ProbeLine): void {
    if (isConversation(message)) this.talk.push(message);
    else this.messages.push(message);
    if (message.type === 'hello') this.say({ type: 'welcome', version: message.version });
    for (const listener of this.listeners) listener(message);
  }

  say(message: EngineMessage): void {
    for (const socket of this.sockets) socket.write(JSON.stringify(message) + '\n');
  }

  /** Resolves with the first message, past or to come, that satisfies the condition. */
  until<T extends ProbeLine['type']>(
    type: T,
    is: (message: OfType<T>) => boolean = () => true,
  ): Promise<OfType<T>> {
    const satisfies = (message: ProbeLine): message is OfType<T> =>
      message.type === type && is(message as OfType<T>);
    const already = [...this.messages, ...this.talk].find(satisfies);
    if (already) return Promise.resolve(already);
    return new Promise((resolve) => {
      const listener = (message: ProbeLine): void => {
        if (!satisfies(message)) return;
        this.listeners.delete(listener);
        resolve(message);
      };
      this.listeners.add(listener);
    });
  }

  /** Resolves when all that a process that has ended said is heard: what it sent may still be on its way. */
  async drained(): Promise<void> {
    const isOpen = (): boolean => this.sockets.length === 0 || this.sockets.some((socket) => !socket.closed);
    for (let turn = 0; turn < 50 && isOpen(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** As an engine that is killed. */
  die(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  script: string;
  args?: string[];
  node?: string;
  nodeArgs?: string[];
  environment?: Record<string, string>;
  /** Folder of the built probe; without one the script runs alone. */
  probe?: string;
}

export interface Running {
  child: ChildProcess;
  done: Promise<Ran>;
}

function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(TRAINING_DEBUGGER_|NODE_OPTIONS|VITEST|NODE_ENV)/.test(name),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

export function start(workspace: Workspace, options: RunOptions): Running {
  const { script, args = [], node = process.execPath, nodeArgs = [], environment = {}, probe } = options;
  const preload = probe === undefined ? [] : ['--require', path.join(probe, 'preload.cjs')];
  const child = spawn(node, [...preload, ...nodeArgs, workspace.file(script), ...args], {
    cwd: workspace.folder,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const done = new Promise<Ran>((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, done };
}

/** The environment by which an engine's launcher introduces itself. */
export function connectedTo(ear: Ear): Record<string, string> {
  return { TRAINING_DEBUGGER_SOCKET: `unix:${ear.socketPath}`, TRAINING_DEBUGGER_TOKEN: TOKEN };
}

export function readLog(file: string): ProbeMessage[] {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map(decode)
    .filter((message) => !isConversation(message));
}

export interface Observed extends Ran {
  messages: ProbeMessage[];
}

/** Runs a script to its end with the probe and an engine that listens. */
export async function observe(
  workspace: Workspace,
  options: RunOptions & { probe: string },
): Promise<Observed> {
  const ear = new Ear(workspace.folder);
  await ear.listen();
  try {
    const environment = { ...connectedTo(ear), ...options.environment };
    const ran = await start(workspace, { ...options, environment }).done;
    await ear.drained();
    return { ...ran, messages: ear.messages };
  } finally {
    ear.die();
    fs.rmSync(ear.socketPath, { force: true });
  }
}

/** Runs a script that asks for `@tensorflow/tfjs` as `tf` and has to end well. */
export async function train(
  workspace: Workspace,
  probe: string,
  body: string,
  environment: Record<string, string> = {},
): Promise<Observed> {
  workspace.write({ 'train.cjs': REQUIRE + body });
  const ran = await observe(workspace, { script: 'train.cjs', probe, environment });
  if (ran.code !== 0 || ran.stderr !== '')
    throw new Error(`The script ended with ${ran.code}: ${ran.stderr}`);
  return ran;
}

type OfType<T extends ProbeLine['type']> = Extract<ProbeLine, { type: T }>;

export function all<T extends ProbeMessage['type']>(messages: ProbeMessage[], type: T): OfType<T>[] {
  return messages.filter((message): message is OfType<T> => message.type === type);
}

export function first<T extends ProbeMessage['type']>(messages: ProbeMessage[], type: T): OfType<T> {
  const found = all(messages, type)[0];
  if (!found) throw new Error(`No ${type} among ${messages.map((message) => message.type).join(', ')}`);
  return found;
}

/** A series over all the steps of a run. */
export function series(messages: ProbeMessage[], name: string): (number | null)[] {
  return all(messages, 'steps').flatMap(({ scalars, time }) =>
    (scalars[name] ?? time.map(() => null)).map((value) => (value === null ? null : Number(value))),
  );
}

/** Line (from 1) of a script that holds a text. */
export function lineOf(source: string, text: string): number {
  return source.split('\n').findIndex((line) => line.includes(text)) + 1;
}

export function decodeFloats(base64: string | undefined): number[] {
  const bytes = Buffer.from(base64 ?? '', 'base64');
  return [...new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))];
}

/** Debian's Node, where there is one: the oldest that is supported. */
export function nodes(): string[] {
  return [process.execPath, ...(fs.existsSync('/usr/bin/node') ? ['/usr/bin/node'] : [])];
}
