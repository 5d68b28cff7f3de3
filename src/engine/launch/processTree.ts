/** A training is a tree of processes: launchers, ranks, loader workers. They end together. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
}

export interface TreeOptions {
  /** `NAME=value` in the environment of each process of the tree: finds those that left the group and their parent. */
  marker?: string;
}

/** Living processes of the tree that `root` leads: its group, its descendants, and those that carry the marker. */
export function treeMembers(root: number, options: TreeOptions = {}): number[] {
  const all = process.platform === 'linux' ? linuxProcesses() : posixProcesses();
  const members = new Set(
    all.filter((entry) => entry.pid === root || entry.group === root).map(({ pid }) => pid),
  );
  if (options.marker !== undefined) addMarked(members, all, options.marker);
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  members.delete(process.pid);
  return [...members];
}

/** Sends a signal to every process of the tree. On Windows, where there are no signals, the tree is ended. */
export function signalTree(root: number, signal: NodeJS.Signals, options: TreeOptions = {}): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(root), '/T', '/F'], { windowsHide: true });
    return;
  }
  const members = treeMembers(root, options);
  for (const pid of members) send(pid, signal);
}

/** Ends the tree at once, with what it may start meanwhile. */
export async function killTree(root: number, options: TreeOptions = {}): Promise<void> {
  for (let round = 0; round < 20; round++) {
    signalTree(root, 'SIGKILL', options);
    if (process.platform === 'win32' || treeMembers(root, options).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, or belongs to somebody else.
  }
}

function linuxProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => linuxProcess(Number(name)));
}

/** Empty for a process that ended meanwhile and for a zombie, which has ended but for its entry. */
function linuxProcess(pid: number): ProcessEntry[] {
  const stat = readProc(pid, 'stat');
  // The name in parentheses may itself hold blanks and parentheses.
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z' || state === 'X') return [];
  return [{ pid, parent: Number(parent), group: Number(group) }];
}

function addMarked(members: Set<number>, all: readonly ProcessEntry[], marker: string): void {
  if (process.platform !== 'linux') return;
  for (const { pid } of all) {
    if (!members.has(pid) && readProc(pid, 'environ').split('\0').includes(marker)) members.add(pid);
  }
}

function readProc(pid: number, file: 'stat' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function posixProcesses(): ProcessEntry[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,state='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
  });
}
