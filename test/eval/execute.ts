/** Runs a program of the corpus as a user does, with the real probe in it, and keeps the log that the probe wrote. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT } from '../../src/protocol/telemetry.js';
import { type CorpusCase, recordingName, ROOT } from './cases.js';

const LONGEST_RUN_MS = 120_000;
const PYTHON_PROBE = path.join(ROOT, 'src/probes/pytorch');

export interface Python {
  command: string;
  /** Version of its PyTorch, as [2, 3]. */
  torch: [number, number];
}

/** Where interpreters and probes are. */
export interface Tools {
  /** Taken in turns for the seeds 1, 2 …: the newest and the oldest PyTorch that are supported. */
  pythons: Python[];
  node: string;
  /** Folder of the built `preload.cjs`. */
  tfjsProbe: string;
}

interface Command {
  program: string;
  args: string[];
  /** Files and folders on which the log depends, beside the program. */
  sources: string[];
}

/** The launcher of Debian's PyTorch 1.13 crashes on its own Python. */
const TORCHRUN: [number, number] = [2, 0];

function pythonFor({ pythons }: Tools, { torch, ranks }: CorpusCase, seed: number): Python {
  const least = torch ?? (ranks > 1 ? TORCHRUN : undefined);
  const able = pythons.filter(
    (one) => !least || one.torch[0] > least[0] || (one.torch[0] === least[0] && one.torch[1] >= least[1]),
  );
  const python = able[(seed - 1) % able.length];
  if (!python) throw new Error(`No Python has PyTorch ${torch?.join('.') ?? ''}`);
  return python;
}

function commandFor(tools: Tools, one: CorpusCase, seed: number): Command {
  if (one.framework === 'tfjs') {
    const args = ['--require', path.join(tools.tfjsProbe, 'preload.cjs'), one.file];
    return { program: tools.node, args, sources: [tools.tfjsProbe] };
  }
  const program = pythonFor(tools, one, seed).command;
  const torchrun = ['-m', 'torch.distributed.run', '--standalone', `--nproc_per_node=${one.ranks}`];
  const args = [...(one.ranks > 1 ? torchrun : []), one.file, '--seed', String(seed)];
  return { program, args, sources: [PYTHON_PROBE] };
}

/** Every file below a folder, or the file itself. */
function filesBelow(where: string): string[] {
  if (statSync(where).isFile()) return [where];
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/__pycache__|\.pyc$/.test(path.join(entry.parentPath, entry.name)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const contents = new Map<string, string>();

function hashOf(where: string): string {
  const known = contents.get(where);
  if (known) return known;
  const hash = createHash('sha256');
  for (const file of filesBelow(where)) hash.update(path.basename(file)).update(readFileSync(file));
  const value = hash.digest('hex');
  contents.set(where, value);
  return value;
}

function logName(one: CorpusCase, seed: number): string {
  return `${recordingName(one)}.seed${seed}`;
}

/** Where the log of a run is kept: another program, probe, interpreter or seed has another place. */
export function logFile(folder: string, tools: Tools, one: CorpusCase, seed: number): string {
  const { program, sources } = commandFor(tools, one, seed);
  const hash = createHash('sha256').update(`${program}\n${seed}\n`);
  for (const source of [one.file, ...sources]) hash.update(hashOf(source));
  return path.join(folder, `${logName(one, seed)}.${hash.digest('hex').slice(0, 12)}.jsonl`);
}

/** Logs of a program and seed, of whatever probe, the newest first. */
export function knownLogs(folder: string, one: CorpusCase, seed: number): string[] {
  if (!existsSync(folder)) return [];
  const start = `${logName(one, seed)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith('.jsonl'))
    .map((name) => ({ file: path.join(folder, name), time: statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .map(({ file }) => file);
}

function execute({ program, args }: Command, env: NodeJS.ProcessEnv, mayFail: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: LONGEST_RUN_MS, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`.slice(-2000);
      if (!error || (mayFail && !error.killed)) resolve(output);
      else reject(new Error(`${program} ${args.join(' ')}: ${error.message.slice(0, 500)}\n${output}`));
    });
  });
}

/** Puts what each rank wrote into one file, one after the other; each begins with its greeting. */
function joinRanks(written: string, ranks: number): void {
  const logs = Array.from({ length: ranks }, (_, rank) => `${written}.${rank}`).filter(existsSync);
  if (logs.length < ranks) return;
  writeFileSync(written, logs.map((log) => `${readFileSync(log, 'utf8').trimEnd()}\n`).join(''));
  for (const log of logs) rmSync(log);
}

/** Runs a program to its end and leaves the probe's log in `log`. @returns the end of what the program printed */
export async function runProgram(tools: Tools, one: CorpusCase, seed: number, log: string): Promise<string> {
  mkdirSync(path.dirname(log), { recursive: true });
  const unfinished = `${log}.${process.pid}`;
  rmSync(unfinished, { force: true });
  const env = {
    ...process.env,
    PYTHONPATH: path.join(PYTHON_PROBE, 'site'),
    PYTHONDONTWRITEBYTECODE: '1',
    OMP_NUM_THREADS: '1',
    [ENVIRONMENT.log]: one.ranks > 1 ? `${unfinished}.{rank}` : unfinished,
    [ENVIRONMENT.seed]: one.framework === 'tfjs' ? String(seed) : '',
  };
  const output = await execute(commandFor(tools, one, seed), env, one.raises);
  if (one.ranks > 1) joinRanks(unfinished, one.ranks);
  if (!existsSync(unfinished)) throw new Error(`${one.name}: the probe wrote no log\n${output}`);
  renameSync(unfinished, log);
  return output;
}

/** Runs jobs, `atOnce` at a time, in order. */
export async function inTurns<T>(jobs: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const results = new Map<number, T>();
  const waiting = jobs.entries();
  const worker = async () => {
    for (const [i, job] of waiting) results.set(i, await job());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return jobs.map((_, i) => results.get(i) as T);
}
