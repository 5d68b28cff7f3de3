import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createRunDirectory, RunRecorder } from '../../../src/engine/recorder/index.js';
import { PointCursor } from '../../../src/engine/recorder/pointCursor.js';
import { StoredRecord } from '../../../src/engine/recorder/storedRecord.js';
import { bundleChild, Child } from './child.js';
import { useRunsFolder } from './runsFolder.js';
import { stepsOf } from './support.js';

const folder = useRunsFolder();

describe('a recording that is killed', () => {
  it(
    'is readable up to its last commit, whole and in order, whenever that was',
    { timeout: 120_000 },
    async () => {
      const script = await bundleChild('recordUntilKilled', folder.path);
      for (let attempt = 0; attempt < 25; attempt++) {
        const { directory } = createRunDirectory(folder.path, `attempt ${attempt}`);
        const child = new Child(process.execPath, [script, directory]);
        await child.until(() => true);
        await delay(Math.random() * 250);
        await child.kill();
        expectWhole(directory, Number(child.lines.at(-1)));
      }
    },
  );

  it('has lost nothing that is older than a second', () => {
    vi.useFakeTimers();
    const { directory } = createRunDirectory(folder.path, 'timed');
    const recorder = new RunRecorder(directory);
    recorder.record(0, stepsOf(0, 10, { loss: (step) => step }));
    vi.advanceTimersByTime(1000);
    const record = StoredRecord.open(directory);
    expect(record.series(0, 'loss')?.stats.points).toBe(10);
    record.close();
    recorder.close();
    vi.useRealTimers();
  });
});

/** All series agree on how far they got, at least as far as was committed, and nothing is missing or altered. */
function expectWhole(directory: string, committed: number): void {
  const record = StoredRecord.open(directory);
  const steps = values(record, 'loss');
  expect(steps.length).toBeGreaterThanOrEqual(committed);
  expect(steps.length % 100).toBe(0);
  expect(steps.every((value, step) => value === step)).toBe(true);
  expect(values(record, 'lr')).toEqual(steps.map(() => 0.5));
  expect(values(record, 'sampled')).toEqual(steps.filter((step) => step % 7 === 0).map((step) => -step));
  const notices = [...record.messages()].filter(({ message }) => message.type === 'notice');
  expect(notices).toHaveLength(steps.length / 100);
  expect(record.measures.count(0, 'gradNorm')).toBe(steps.length / 100);
  record.close();
}

function values(record: StoredRecord, name: string): number[] {
  const series = record.series(0, name);
  if (!series) throw new Error(`${name} is not in the record.`);
  const cursor = new PointCursor(series);
  const found: number[] = [];
  while (!cursor.done) found.push(cursor.take(cursor.step, cursor.time) ?? NaN);
  expect(found).toHaveLength(series.stats.points);
  return found;
}
