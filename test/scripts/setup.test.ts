import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isNewEnough } from '../../scripts/lib/node24.mjs';
import { readJunit, readMocha, readVitest } from '../../scripts/lib/reports.mjs';
import { sideBySide } from '../../scripts/lib/sideBySide.mjs';
import { hashOf, once } from '../../scripts/lib/stamp.mjs';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'td-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

test('a Node with SQLite is 22.15 or newer', () => {
  expect(['v20.20.2', 'v22.14.9', 'v18.0.0'].filter(isNewEnough)).toEqual([]);
  expect(['v22.15.0', 'v23.0.0', 'v24.1.2'].filter(isNewEnough)).toHaveLength(3);
});

describe('work that is done once', () => {
  test('is done again only when a source changed, wherever the clone lies', async () => {
    const done: string[] = [];
    const work = (key: string) => once(join(folder, 'stamp'), key, async () => void done.push(key));
    for (const clone of ['a', 'b']) {
      mkdirSync(join(folder, clone, 'src'), { recursive: true });
      write(`${clone}/src/file.txt`, 'same');
    }
    const first = await hashOf([join(folder, 'a', 'src')]);
    expect(await hashOf([join(folder, 'b', 'src')])).toBe(first);
    expect([await work(first), await work(first)]).toEqual([true, false]);
    write('a/src/file.txt', 'changed');
    expect(await work(await hashOf([join(folder, 'a', 'src')]))).toBe(true);
    expect(done).toHaveLength(2);
  });

  test('is not called done when it failed', async () => {
    const stamp = join(folder, 'stamp');
    const fails = once(stamp, 'key', () => Promise.reject(new Error('no disk')));
    await expect(fails).rejects.toThrow('no disk');
    expect(await once(stamp, 'key', async () => undefined)).toBe(true);
  });
});

test('work side by side is never more than allowed, and keeps its order', async () => {
  let running = 0;
  const seen: number[] = [];
  const results = await sideBySide([30, 1, 10, 5, 1], 2, async (milliseconds) => {
    seen.push((running += 1));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    running -= 1;
    return milliseconds * 2;
  });
  expect(results).toEqual([60, 2, 20, 10, 2]);
  expect(Math.max(...seen)).toBe(2);
});

describe('reports of test runners', () => {
  test('a vitest file that does not load is a failure', async () => {
    const broken = { status: 'failed', assertionResults: [] };
    const report = {
      ...{ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 },
      testResults: [broken, { status: 'passed', assertionResults: [{}] }],
    };
    const file = write('vitest.json', JSON.stringify(report));
    expect(await readVitest(file)).toEqual({ passed: 3, failed: 2, skipped: 3 });
  });

  test('pytest counts errors of fixtures as failures', async () => {
    const xml =
      '<testsuites name="x"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">';
    expect(await readJunit(write('junit.xml', xml))).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  test('mocha says which tests failed and why', async () => {
    const stats = { passes: 5, failures: 1, pending: 0 };
    const failures = [{ fullTitle: 'a b', err: { stack: 'Error: because' } }];
    const file = write('mocha.json', JSON.stringify({ stats, failures }));
    expect(await readMocha(file)).toMatchObject({ passed: 5, failed: 1, skipped: 0 });
    expect((await readMocha(file)).failures.join()).toContain('because');
  });
});

describe('mistakes on the command line', () => {
  const fail = (script: string, ...args: string[]) => {
    try {
      execFileSync(process.execPath, [join(root, 'scripts', script), ...args], {
        stdio: 'pipe',
        encoding: 'utf8',
      });
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
    throw new Error(`${script} ${args.join(' ')} did not fail`);
  };

  test('npm start names the options it knows', () => {
    expect(fail('start.mjs', '--hedless')).toMatch(/hedless[\s\S]*--headless/);
  });

  test('npm test names the suites it knows', () => {
    expect(fail('test.mjs', 'unti')).toMatch(/unti[\s\S]*lint, unit, python, host, ui/);
  });
});
