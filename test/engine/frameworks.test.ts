import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatText, fromWire } from '../../src/protocol/values.js';
import { readManifest } from '../../src/engine/recorder/index.js';
import { consoleText, ended, OLD_PYTHON, PYTHON, snapshot, until, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create('all');
});

afterAll(() => place.dispose());

const PYTHONS = [
  ['the newest torch', PYTHON],
  ['the oldest torch', OLD_PYTHON],
] as const;

test.each(PYTHONS)(
  'an unchanged script is observed on %s',
  async (_, interpreter) => {
    const { client, directory } = await place.launch({
      program: 'digits.py',
      interpreter,
      hyperparameters: { lr: 0.5, steps: 30 },
    });
    const summary = await ended(client);
    expect(summary).toMatchObject({
      status: 'completed',
      steps: 30,
      runtime: { framework: 'pytorch', backend: 'cpu' },
    });
    const seen = await snapshot(client);
    const printed =
      consoleText(seen)
        .match(/(?<=loss )\S+/g)
        ?.map(Number) ?? [];
    expect(fromWire(summary.loss.first ?? 'NaN')).toBeCloseTo(printed[0] ?? NaN, 5);
    expect(fromWire(summary.loss.last ?? 'NaN')).toBeCloseTo(printed[29] ?? NaN, 5);
    expect(seen.places.find(({ kind }) => kind === 'optimizer')?.source.file).toBe(
      join(place.folder, 'digits.py'),
    );
    const manifest = readManifest(directory);
    expect(manifest.command.slice(1)).toEqual([
      join(place.folder, 'digits.py'),
      '--lr',
      '0.5',
      '--steps',
      '30',
    ]);
    expect(manifest.hyperparameters).toEqual({ lr: 0.5, steps: 30 });
  },
  120_000,
);

test('a Python module, and Pythons that ignore the environment, are observed too', async () => {
  mkdirSync(join(place.folder, 'package'));
  const script = readFileSync(join(place.folder, 'digits.py'), 'utf8');
  writeFileSync(join(place.folder, 'package', '__init__.py'), '');
  writeFileSync(join(place.folder, 'package', 'trainer.py'), script);
  const options = { interpreter: OLD_PYTHON, args: ['--steps', '4'] };
  for (const raw of [
    { module: 'package.trainer' },
    { program: 'digits.py', interpreterArgs: ['-E'] },
    { program: 'digits.py', interpreterArgs: ['-I'] },
    { module: 'package.trainer', interpreterArgs: ['-E'] },
  ]) {
    const { client } = await place.launch({ ...options, ...raw });
    expect(await ended(client), JSON.stringify(raw)).toMatchObject({ status: 'completed', steps: 4 });
  }
}, 120_000);

test('torchrun with two processes gives two ranks with series of their own', async () => {
  const { client } = await place.launch({ program: 'ddp.py', nprocPerNode: 2 });
  expect(await ended(client)).toMatchObject({ status: 'completed', steps: 15, ranks: 2 });
  const { series } = await snapshot(client);
  // Either rank may be the first to speak.
  const losses = series.filter(({ name }) => name === 'loss').sort((a, b) => a.rank - b.rank);
  expect(losses.map(({ rank, points }) => [rank, points])).toEqual([
    [0, 15],
    [1, 15],
  ]);
  expect(losses[0]?.last).not.toBe(losses[1]?.last);
}, 120_000);

test('a real training obeys pause, resume and stop', async () => {
  const { client } = await place.launch({
    program: 'digits.py',
    interpreter: OLD_PYTHON,
    args: ['--steps', '100000000'],
  });
  await until('it runs', async () => (await snapshot(client)).summary.steps > 10);
  await client.request('pause', {});
  const { steps } = await until('it is paused', async () => {
    const { summary } = await snapshot(client);
    return summary.status === 'paused' ? summary : undefined;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await snapshot(client)).summary.steps).toBe(steps);
  await client.request('resume', {});
  await until('it goes on', async () => (await snapshot(client)).summary.steps > steps);
  await client.request('stop', {});
  expect(await ended(client)).toMatchObject({ status: 'stopped' });
}, 120_000);

test('a script for Node is observed', async () => {
  const { client } = await place.launch({ program: 'regress.cjs', interpreter: process.execPath });
  const summary = await ended(client);
  expect(consoleText(await snapshot(client))).toContain('trained');
  expect(summary).toMatchObject({ status: 'completed', steps: 12, runtime: { framework: 'tfjs' } });
}, 120_000);

test('a TypeScript file runs where Node strips types', async () => {
  writeFileSync(
    join(place.folder, 'typed.ts'),
    'const value: number = 41;\nconsole.log(`typed ${value + 1}`);\n',
  );
  const { client } = await place.launch({ program: 'typed.ts', interpreter: process.execPath });
  expect(await ended(client)).toMatchObject({ status: 'completed' });
  expect(consoleText(await snapshot(client))).toContain('typed 42');
});

test('a script that raises is a failure that names exception and line', async () => {
  writeFileSync(
    join(place.folder, 'raises.py'),
    'def load():\n    raise ValueError("no rows in the table")\n\n\nload()\n',
  );
  const { client } = await place.launch({ program: 'raises.py' });
  const { problem, problemSource, status, exitCode } = await ended(client);
  expect([status, exitCode]).toEqual(['failed', 1]);
  expect(problem && formatText(problem)).toBe('The script raised ValueError: no rows in the table');
  expect(problemSource).toEqual({ file: join(place.folder, 'raises.py'), line: 2, function: 'load' });
});

test('a missing torch is said with the command that installs it, a GPU that is not there with what to check', async () => {
  const raised = async (name: string, line: string, interpreterArgs: string[] = []): Promise<string> => {
    writeFileSync(join(place.folder, name), `${line}\n`);
    const { client } = await place.launch({ program: name, interpreter: OLD_PYTHON, interpreterArgs });
    const { problem } = await ended(client);
    return problem === null ? '' : formatText(problem);
  };
  // -S leaves out the folders in which packages are installed.
  const missing = await raised('missing.py', 'import torch', ['-S']);
  expect(missing).toContain(`Install it with: ${OLD_PYTHON} -m pip install torch`);
  const other = 'import package_that_nobody_has';
  expect(await raised('other.py', other)).toContain('-m pip install package_that_nobody_has');
  const cuda = 'import torch; torch.zeros(1).cuda()';
  expect(await raised('cuda.py', cuda)).toMatch(/built without CUDA|No usable CUDA GPU was found/);
}, 60_000);
