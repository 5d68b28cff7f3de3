/** `engine.json` of a run directory: who serves the run, and whether that process is still the same one. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './atomicFile.js';

export interface EngineFile {
  pid: number;
  socket: string;
  token: string;
  /** When the engine process began, seconds since 1970: a pid alone may have been given to another process. */
  startTime: number;
}

/** Seconds by which two readings of one start may differ: the clock may have been set right in between. */
const START_TOLERANCE = 60;

/** Says that this process serves the run. Readable by its owner alone, since it holds the token. */
export function writeEngineFile(directory: string, served: { socket: string; token: string }): void {
  const startTime = Date.now() / 1000 - process.uptime();
  const engine: EngineFile = { pid: process.pid, ...served, startTime };
  writeFileAtomic(join(directory, 'engine.json'), `${JSON.stringify(engine)}\n`, 0o600);
}

/** Null where there is none or it is not whole. */
export function readEngineFile(directory: string): EngineFile | null {
  try {
    const raw: unknown = JSON.parse(readFileSync(join(directory, 'engine.json'), 'utf8'));
    return isEngineFile(raw) ? raw : null;
  } catch {
    return null;
  }
}

/** Whether the engine that `engine.json` names still runs on this machine. */
export function engineIsAlive(directory: string): boolean {
  const engine = readEngineFile(directory);
  if (!engine || !processExists(engine.pid) || isZombie(engine.pid)) return false;
  const started = processStartTime(engine.pid);
  return started === null || Math.abs(started - engine.startTime) <= START_TOLERANCE;
}

/** When a process began, seconds since 1970; null where the system does not say. */
export function processStartTime(pid: number): number | null {
  try {
    if (process.platform === 'linux') return linuxStartTime(pid);
    if (process.platform === 'win32') return null;
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const time = Date.parse(text.trim());
    return Number.isNaN(time) ? null : time / 1000;
  } catch {
    return null;
  }
}

function isEngineFile(raw: unknown): raw is EngineFile {
  if (typeof raw !== 'object' || raw === null) return false;
  const file = raw as Partial<Record<keyof EngineFile, unknown>>;
  const numbers = [file.pid, file.startTime].every(
    (value) => typeof value === 'number' && Number.isFinite(value),
  );
  return numbers && typeof file.socket === 'string' && typeof file.token === 'string' && Number(file.pid) > 0;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ended, and only not yet waited for by its parent. */
function isZombie(pid: number): boolean {
  return process.platform === 'linux' && linuxStat(pid)[0] === 'Z';
}

/** Fields of /proc/<pid>/stat from the third on, the process's state; empty where there is none. */
function linuxStat(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** The start is counted from boot in hundredths of a second, whatever the kernel's own tick is. */
function linuxStartTime(pid: number): number {
  const ticks = Number(linuxStat(pid)[19]);
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  return boot + ticks / 100;
}
