import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleLog } from '../../../src/engine/launch/consoleLog.js';
import { ShownStream } from '../../../src/engine/launch/shownConsole.js';

test('a full disk is told once and throws nothing', () => {
  const problems: (string | null)[] = [];
  const log = new ConsoleLog('/dev/full', (problem) => problems.push(problem));
  log.write(Buffer.from('lost'));
  log.write(Buffer.from('lost too'));
  log.close();
  expect(problems).toEqual([expect.stringContaining('ENOSPC')]);
});

test('what is written is there at once, after what was there before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'td-log-'));
  const file = join(folder, 'console.log');
  for (const words of ['first\n', 'second\n']) {
    const log = new ConsoleLog(file, () => undefined);
    log.write(Buffer.from(words));
    log.close();
  }
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
  rmSync(folder, { recursive: true });
});

test('of a stream that prints too fast the newest whole lines are shown, and the rest is counted to the byte', () => {
  const shown = new ShownStream('stdout');
  let printed = 0;
  for (let line = 0; line < 20_000; line++) {
    const bytes = Buffer.from(`línea ${line}\n`);
    printed += bytes.length;
    shown.push(bytes);
  }
  const { text, dropped } = shown.take();
  expect(text).toMatch(/^línea \d+\n[^]*línea 19999\n$/);
  expect(Buffer.byteLength(text) + dropped).toBe(printed);
  expect(shown.empty).toBe(true);
});

test('a character whose bytes come apart is whole', () => {
  const shown = new ShownStream('stderr');
  for (const byte of Buffer.from('损失')) shown.push(Buffer.from([byte]));
  expect(shown.take()).toEqual({ stream: 'stderr', text: '损失', dropped: 0 });
});
