import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchRun } from '../../src/engine/client.js';
import { LaunchError } from '../../src/engine/launch/config.js';
import { ended, PYTHON, readJson, snapshot, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

async function refusal(raw: Record<string, unknown>): Promise<LaunchError> {
  const error: unknown = await place.launch(raw).then(
    () => new Error('It was started.'),
    (failure: unknown) => failure,
  );
  if (error instanceof LaunchError) return error;
  throw error;
}

test.each([
  [
    'a script that is not there',
    { program: 'nowhere.py' },
    'program',
    'nowhere.py does not exist or cannot be read',
  ],
  [
    'an interpreter that is not there',
    { program: 'train.py', interpreter: 'python9' },
    'interpreter',
    'python9 does not exist',
  ],
  [
    'an interpreter that is no program',
    { program: 'train.py', interpreter: './train.py' },
    'interpreter',
    'cannot be executed',
  ],
  ['a folder that is not there', { program: 'train.py', cwd: 'gone' }, 'cwd', 'gone does not exist'],
  [
    'an environment file that is not there',
    { program: 'train.py', envFile: '.env' },
    'envFile',
    '.env cannot be read',
  ],
  ['a file of no known kind', { program: 'probe.txt', interpreter: undefined }, 'runtime', 'Set “runtime”'],
  [
    'a module for Node',
    { module: 'train', runtime: 'node', interpreter: process.execPath },
    'module',
    'needs “program”',
  ],
  [
    'something that is not Node',
    { program: 'regress.cjs', interpreter: '/bin/false' },
    'interpreter',
    'does not run as Node.js',
  ],
  ['a checkpoint that is not there', { program: 'train.py', resumeFrom: 'gone.pt' }, 'resumeFrom', 'gone.pt'],
  ['a checkpoint that is a folder', { program: 'train.py', resumeFrom: '.' }, 'resumeFrom', 'is not a file'],
  [
    'a debugger that is not installed',
    { program: 'train.py', interpreter: './bare-python', debuggerPort: 5678 },
    'debugger',
    'bare-python -m pip install debugpy',
  ],
])('%s is refused before anything starts, and leaves no run', async (_, raw, field, says) => {
  writeFileSync(join(place.folder, 'probe.txt'), '');
  // -S leaves out the folders in which packages are installed.
  writeFileSync(join(place.folder, 'bare-python'), `#!/bin/sh\nexec ${PYTHON} -S "$@"\n`, { mode: 0o755 });
  const error = await refusal(raw);
  expect(error.field).toBe(field);
  expect(error.message).toContain(says);
  expect(place.runs()).toEqual([]);
});

test('a rule that does not exist is refused by name', async () => {
  const failed = place.launch({ program: 'train.py', rules: { 'no-such-rule': 'off' } });
  await expect(failed).rejects.toThrow('There is no rule “no-such-rule”. The nearest are ');
  expect(place.runs()).toEqual([]);
});

test('an engine that cannot be started is said', async () => {
  const config = place.config({ program: 'train.py' });
  const { engineScript } = place.bundle;
  await expect(launchRun(config, { node: '/no/such/node', engineScript })).rejects.toThrow(
    'could not be started',
  );
  const missing = launchRun(config, { node: process.execPath, engineScript: '/no/such/engine.js' });
  await expect(missing).rejects.toThrow('The engine ended at its start');
  expect(place.runs()).toEqual([]);
});

test('a folder in which no run can be kept is named, with the setting that mends it', async () => {
  writeFileSync(join(place.folder, 'file'), '');
  const failed = place.launch({ program: 'train.py', runsDirectory: 'file/runs' });
  await expect(failed).rejects.toThrow(
    /Runs cannot be kept in .*file\/runs .*trainingDebugger.runsDirectory/,
  );
});

test('arguments, hyperparameters, environment and its file reach the script as configured', async () => {
  const to = join(place.folder, 'described.json');
  writeFileSync(join(place.folder, '.env'), 'FROM_FILE=file\nBOTH=file\nTO="${FROM_FILE}"\n');
  const { client } = await place.launch({
    program: 'describe.py',
    args: ['one', 'two words'],
    hyperparameters: { lr: 0.1, name: 'x y', nesterov: true },
    env: { DESCRIBE_TO: to, BOTH: 'config', HOME: null, PYTHONPATH: '/mine' },
    envFile: '.env',
    gpus: [1, 3],
    seed: 5,
  });
  expect(await ended(client)).toMatchObject({ status: 'completed' });
  const seen = readJson(to) as { argv: string[]; env: Record<string, string>; cwd: string; path: string[] };
  expect(seen.argv.slice(1)).toEqual([
    'one',
    'two words',
    '--lr',
    '0.1',
    '--name',
    'x y',
    '--nesterov',
    'true',
  ]);
  expect(seen.env).toMatchObject({
    FROM_FILE: 'file',
    BOTH: 'config',
    TO: 'file',
    CUDA_VISIBLE_DEVICES: '1,3',
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    TRAINING_DEBUGGER_SEED: '5',
    PYTHONUNBUFFERED: '1',
  });
  expect(seen.env['PYTHONPATH']).toMatch(/probes\/pytorch\/site:\/mine$/);
  expect(seen.env).not.toHaveProperty('HOME');
  expect(seen.env).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
  expect(seen.path).toContain('/mine');
  expect(seen.path.join()).not.toContain('probes');
});

test('the interpreter of the workspace goes before that of the PATH, and what VS Code sets does not reach the script', async () => {
  const to = join(place.folder, 'described.json');
  const bin = join(place.folder, '.venv', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'python'), `#!/bin/sh\nTHROUGH_VENV=1 exec ${PYTHON} "$@"\n`);
  chmodSync(join(bin, 'python'), 0o755);
  const config = place.config({ program: 'describe.py', interpreter: undefined, env: { DESCRIBE_TO: to } });
  const { engineScript } = place.bundle;
  const env = { VSCODE_PID: '1', ELECTRON_NO_ATTACH_CONSOLE: '1' };
  const { client, directory } = await launchRun(config, { node: process.execPath, engineScript, env });
  expect(await ended(client)).toMatchObject({ status: 'completed' });
  expect((readJson(to) as { env: Record<string, string> }).env).toMatchObject({ THROUGH_VENV: '1' });
  expect(
    Object.keys((readJson(to) as { env: object }).env).filter((name) => /^(VSCODE|ELECTRON)_/.test(name)),
  ).toEqual([]);
  client.dispose();
  expect(existsSync(directory)).toBe(true);
  expect(readFileSync(join(directory, 'engine.log'), 'utf8')).toBe('');
});

test('a run in which nothing was measured says why that may be', async () => {
  writeFileSync(join(place.folder, 'plain.py'), 'print("no training here")\n');
  const { client } = await place.launch({ program: 'plain.py' });
  await ended(client);
  const { notices } = await snapshot(client);
  expect(notices.map(({ code }) => code)).toContain('nothing-measured');
});
