import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeMembers } from '../../src/engine/launch/processTree.js';
import { readEngineFile } from '../../src/engine/recorder/index.js';
import { consoleText, ended, snapshot, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

/** Largest resident memory that a process had, in bytes. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

test('a flood of output is kept whole in the log, shown in part with the rest counted, in bounded memory', async () => {
  const { client, directory } = await place.launch({ program: 'flood.py', args: ['3'] });
  const engine = readEngineFile(directory)?.pid ?? 0;
  const runner = treeMembers(engine).find((pid) => pid !== engine && isRunner(pid)) ?? 0;
  let shown = 0;
  let dropped = 0;
  let notifications = 0;
  client.on('console', (chunks) => {
    notifications++;
    for (const chunk of chunks) {
      shown += Buffer.byteLength(chunk.text);
      dropped += chunk.dropped;
    }
  });
  const peaks = { engine: 0, runner: 0 };
  const watch = setInterval(() => {
    peaks.engine = peakMemory(engine);
    if (isRunner(runner)) peaks.runner = peakMemory(runner);
  }, 200);
  const summary = await ended(client);
  clearInterval(watch);
  expect(summary.status).toBe('completed');
  const printed = Number(/printed (\d+)/.exec(consoleText(await snapshot(client)))?.[1]);
  expect(printed).toBeGreaterThan(1_000_000);
  expect(await countLines(join(directory, 'console.log'))).toBe(printed);
  expect(shown + dropped).toBe(statSync(join(directory, 'console.log')).size);
  expect(dropped).toBeGreaterThan(shown);
  expect(notifications).toBeLessThanOrEqual(10 * ((summary.endedAt ?? 0) - summary.startedAt) + 10);
  expect(peaks.runner).toBeGreaterThan(0);
  expect(Math.max(peaks.engine, peaks.runner)).toBeLessThan(300 * 1024 * 1024);
});

function isRunner(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0runner');
  } catch {
    return false;
  }
}

/** Counts the numbered lines and makes sure that none is missing. */
async function countLines(file: string): Promise<number> {
  let next = 0;
  for await (const line of createInterface(createReadStream(file))) {
    if (!line.startsWith('line ')) continue;
    if (!line.startsWith(`line ${next} of`)) throw new Error(`Line ${next} is missing: ${line}`);
    next++;
  }
  return next;
}

test('what the script prints is kept byte by byte', async () => {
  const { client, directory } = await place.launch({ program: 'bytes.py' });
  await ended(client);
  const log = readFileSync(join(directory, 'console.log'));
  expect(log.includes(Buffer.from([0xff, 0xfe, 0x00, 0x80]))).toBe(true);
  expect(log.includes('progress 1\rprogress 2\r')).toBe(true);
  expect(consoleText(await snapshot(client))).toContain('損失 0.1 ✓');
});
