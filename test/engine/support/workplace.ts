/** A temporary workspace with the engine bundled beside it, and everything needed to run trainings there. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchRun, type LaunchedRun } from '../../../src/engine/client.js';
import { parseLaunchConfig } from '../../../src/engine/launch/config.js';
import { killTree } from '../../../src/engine/launch/processTree.js';
import { readEngineFile } from '../../../src/engine/recorder/index.js';
import type { LaunchConfig, RunClient, RunSnapshot, RunSummary } from '../../../src/protocol/runApi.js';
import { bundleEngine, type Bundle } from './bundle.js';

const PROGRAMS = join(dirname(fileURLToPath(import.meta.url)), 'programs');

export const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const ownPython = join(REPOSITORY, '.venv', 'bin', 'python');
/** The Python with the newest torch, and one with the oldest. */
export const PYTHON = process.env['TD_PYTHON'] ?? (existsSync(ownPython) ? ownPython : 'python3');
export const OLD_PYTHON = process.env['TD_PYTHON_OLD'] ?? '/usr/bin/python3';

export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'td-test-'));
  readonly runsDirectory = join(this.folder, '.training-debugger', 'runs');
  private readonly started: LaunchedRun[] = [];

  private constructor(readonly bundle: Bundle) {
    cpSync(PROGRAMS, this.folder, { recursive: true });
    // Where scripts for Node find TensorFlow.js.
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.folder, 'node_modules'));
  }

  static async create(probes: 'python' | 'all' = 'python'): Promise<Workplace> {
    return new Workplace(await bundleEngine(probes));
  }

  config(raw: Record<string, unknown>): LaunchConfig {
    const { folder: workspace, runsDirectory } = this;
    return parseLaunchConfig({ interpreter: PYTHON, ...raw }, { workspace, runsDirectory });
  }

  async launch(raw: Record<string, unknown>): Promise<LaunchedRun> {
    const { engineScript } = this.bundle;
    const run = await launchRun(this.config(raw), { node: process.execPath, engineScript });
    this.started.push(run);
    return run;
  }

  /** Ends what still runs and deletes the folder. */
  async dispose(): Promise<void> {
    await Promise.all(this.started.map(endRun));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    this.bundle.dispose();
  }

  /** Directories of runs that there are. */
  runs(): string[] {
    return readdirSync(this.runsDirectory).map((id) => join(this.runsDirectory, id));
  }
}

async function endRun({ client, directory }: LaunchedRun): Promise<void> {
  const engine = readEngineFile(directory)?.pid;
  client.dispose();
  if (engine === undefined || !isRunning(engine)) return;
  process.kill(engine, 'SIGTERM');
  await until('the engine has left', () => !isRunning(engine)).catch(() => killTree(engine));
}

export function ended(client: RunClient): Promise<RunSummary> {
  return new Promise((resolve) => client.on('ended', ({ summary }) => resolve(summary)));
}

export function snapshot(client: RunClient): Promise<RunSnapshot> {
  return client.request('snapshot', {});
}

/** Waits until `condition` gives something, and says what it waited for where it does not. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 60,
): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

export function consoleText({ console }: RunSnapshot): string {
  return console.map((chunk) => chunk.text).join('');
}
