import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createRunDirectory, openRecordedRun } from '../../../src/engine/recorder/index.js';
import { StoredRecord } from '../../../src/engine/recorder/storedRecord.js';
import { bundleChild, Child } from './child.js';
import { useRunsFolder } from './runsFolder.js';
import { decodeFrame } from './support.js';

const folder = useRunsFolder();

/** Files of the child may not grow beyond 400 KiB, until `makeSpace`: to SQLite a disk that takes no more. */
async function recordOnFullDisk(directory: string, memoryLimit: number): Promise<Child> {
  const script = await bundleChild('recordOnFullDisk', folder.path);
  const command = 'ulimit -S -f 400 && exec "$0" "$@"';
  return new Child('bash', ['-c', command, process.execPath, script, directory, String(memoryLimit)]);
}

function makeSpace(child: Child): void {
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
}

describe('a full disk', () => {
  it('is reported once, and nothing is lost when there is space again', async () => {
    const { directory } = createRunDirectory(folder.path, 'full');
    const child = await recordOnFullDisk(directory, 1e9);
    await child.until((line) => line.includes('cannotWrite'));
    const recordedMeanwhile = readableSteps(directory);
    makeSpace(child);
    await child.until((line) => line.includes('recovered'));
    expect(await child.end()).toBe(0);

    const kinds = child.lines.slice(0, -1).map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(['cannotWrite', 'recovered']);
    expect(child.lines[0]).toContain(directory);
    const steps = Number(child.lines.at(-1));
    expect(steps).toBeGreaterThan(recordedMeanwhile);
    const record = StoredRecord.open(directory);
    expect(record.series(0, 'loss')?.stats.points).toBe(steps);
    expect(record.measures.count(0, 'gradNorm')).toBe(steps / 100);
    const notices = [...record.messages()].flatMap(({ message }) =>
      message.type === 'notice' ? [message.code] : [],
    );
    expect(notices).toEqual(['cannotWrite', 'recovered']);
    record.close();
    await expectEveryStep(directory, steps);
  });

  it('costs measurements only beyond the memory that may hold them, and that is said', async () => {
    const { directory } = createRunDirectory(folder.path, 'full');
    const child = await recordOnFullDisk(directory, 300_000);
    await child.until((line) => line.includes('dropping'));
    makeSpace(child);
    await child.until((line) => line.includes('recovered'));
    expect(await child.end()).toBe(0);
    const last = JSON.parse(child.lines.at(-2) ?? '') as { kind: string; args: number[] };
    expect(last.kind).toBe('recovered');
    expect(last.args[0]).toBeGreaterThan(0);
    expect(readableSteps(directory)).toBeGreaterThan(0);
  });
});

function readableSteps(directory: string): number {
  const record = StoredRecord.open(directory);
  const points = record.series(0, 'loss')?.stats.points ?? 0;
  record.close();
  return points;
}

async function expectEveryStep(directory: string, steps: number): Promise<void> {
  const client = openRecordedRun(directory);
  const request = { rank: 0, series: ['loss'], x: 'step' as const, width: 30_000 };
  for (let from = 0; from < steps; from += 10_000) {
    const to = Math.min(steps, from + 10_000) - 1;
    const [frame] = await client.request('frames', { ...request, from, to });
    if (!frame) throw new Error('No frame came.');
    const { x, mean } = decodeFrame(frame);
    const inRange = x.flatMap((step, i) => (step >= from && step <= to ? [[step, mean[i]]] : []));
    expect(inRange).toEqual(
      Array.from({ length: to - from + 1 }, (_, i) => [from + i, Math.fround(from + i + 1 / 3)]),
    );
  }
  client.dispose();
}
