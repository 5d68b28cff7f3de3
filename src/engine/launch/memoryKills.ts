import { readFileSync } from 'node:fs';

/**
 * How many processes Linux has ended for want of memory since it started, on the whole machine or in our control group;
 * null elsewhere. The difference of two readings tells whether one was ended between them.
 */
export function countMemoryKills(): number | null {
  const counts = [readCount('/proc/vmstat'), readCount(controlGroupEvents())].filter(
    (count) => count !== null,
  );
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

function readCount(file: string): number | null {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}

function controlGroupEvents(): string {
  try {
    const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
    return `/sys/fs/cgroup${group.replace(/\/$/, '')}/memory.events`;
  } catch {
    return '/sys/fs/cgroup/memory.events';
  }
}
