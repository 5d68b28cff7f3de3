import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/cli/report.js';
import { attachRun } from '../../src/engine/client.js';
import { listRuns } from '../../src/engine/recorder/index.js';
import {
  isRunning,
  OLD_PYTHON,
  PYTHON,
  readJson,
  snapshot,
  until,
  Workplace,
} from '../engine/support/workplace.js';
import { schemaProblems } from './support.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended>; out: () => string } {
  const child = spawn(process.execPath, [place.bundle.cliScript, ...args], {
    cwd: place.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, ...output }));
  return { child, ended, out: () => output.stdout };
}

function command(...args: string[]): Promise<Ended> {
  return start(...args).ended;
}

function run(...training: string[]): Promise<Ended> {
  return command('run', '--', PYTHON, ...training);
}

test('the output of the script passes through unchanged, and what the command says goes to stderr', async () => {
  const { status, stdout, stderr } = await run('train.py', '--steps', '3');
  expect(status).toBe(0);
  expect(stdout).toBe('step 0\nstep 1\nstep 2\n');
  const own = stderr.split('\n').filter((line) => line.startsWith('training-debugger: '));
  expect(own[0]).toMatch(/recording to \.training-debugger\/runs\/\S+$/);
  expect(own[1]).toMatch(/completed, 3 steps, .* loss 0\.6667, no findings$/);
  expect(own[2]).toMatch(/checks: \d+ ran, \d+ could not$/);
  expect(stderr.replace(/^training-debugger: .*\n/gm, '')).toBe('done\n');
});

test('bytes pass through as they are', async () => {
  const script = 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 4000)\n';
  writeFileSync(join(place.folder, 'raw.py'), script);
  const child = spawn(process.execPath, [place.bundle.cliScript, 'run', '--', PYTHON, 'raw.py'], {
    cwd: place.folder,
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  await once(child, 'close');
  const expected = Buffer.concat(
    Array.from({ length: 4000 }, () => Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
  );
  expect(Buffer.concat(parts).equals(expected)).toBe(true);
});

test.each([
  ['train.py', ['--exit', '7'], 7],
  ['train.py', ['--signal', '15'], 143],
])('the exit status is the script’s: %s %j', async (script, args, expected) => {
  const { status, stderr } = await run(script, '--steps', '2', ...args);
  expect(status).toBe(expected);
  expect(stderr).toContain('training-debugger: failed, 2 steps');
});

/** Its sixth step has an infinite input. */
const FAULTY = [
  'import torch',
  'model = torch.nn.Linear(4, 3)',
  'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)',
  'for step in range(20):',
  '    inputs = torch.randn(8, 4) * (float("inf") if step == 5 else 1)',
  '    loss = torch.nn.functional.cross_entropy(model(inputs), torch.randint(0, 3, (8,)))',
  '    optimizer.zero_grad()',
  '    loss.backward()',
  '    optimizer.step()',
];

test('what was found is printed with its line, written as JSON and decides the exit status', async () => {
  const json = join(place.folder, 'report.json');
  const html = join(place.folder, 'report.html');
  writeFileSync(join(place.folder, 'faulty.py'), FAULTY.join('\n'));
  const { status, stderr } = await command(
    'run',
    '--json',
    json,
    '--html',
    html,
    '--fail-on',
    'error',
    '--',
    OLD_PYTHON,
    'faulty.py',
  );
  expect(stderr).toMatch(/found at step 5: .* \[non-finite-data\] faulty\.py:\d+/);
  expect(stderr).toMatch(/faulty\.py:\d+: error: .* \[non-finite-data, step 5\]/);
  expect(stderr).toMatch(/ {4}symptom: The loss became NaN at step 5.* \[non-finite-loss\]/);
  expect(status).toBe(3);
  const report = readJson(json) as Report;
  expect(schemaProblems(report)).toEqual([]);
  const page = readFileSync(html, 'utf8');
  expect(page).toMatch(/<svg .*aria-label="Loss\. training: /);
  expect(page).toContain('<mark>');
  expect(report.run).toMatchObject({
    status: 'completed',
    exitCode: 0,
    steps: 20,
    runtime: { framework: 'pytorch' },
  });
  const finding = report.findings.find(({ rule }) => rule === 'non-finite-loss');
  expect(finding).toMatchObject({
    cause: 'non-finite-data',
    severity: 'error',
    step: 5,
    source: { file: join(place.folder, 'faulty.py') },
  });
  expect(report.checks.find(({ rule }) => rule === 'non-finite-loss')).toEqual({
    rule: 'non-finite-loss',
    status: 'ran',
    reason: null,
  });
}, 60_000);

test('a comment in the script suppresses what is found on its line, and says so; a mistyped one is told', async () => {
  const ignored = FAULTY.map((line) =>
    line.includes('loss =') || line.includes('backward')
      ? `${line}  # training-debugger: ignore`
      : line.replace('import torch', 'import torch  # training-debugger: ignore[initial-los]'),
  );
  writeFileSync(join(place.folder, 'ignored.py'), ignored.join('\n'));
  const { stderr } = await command('run', '--', OLD_PYTHON, 'ignored.py');
  expect(stderr).toMatch(/checks: .* suppressed$/m);
  expect(stderr).toMatch(/Suppressed by a comment in ignored\.py:\d+.*: .*non-finite-loss/);
  expect(stderr).not.toContain('[non-finite-loss');
  expect(stderr).toContain('names “initial-los”, which is no rule. Did you mean “initial-loss”?');
}, 60_000);

test('Ctrl+C stops between two steps; the status is that of the script', async () => {
  const { child, ended, out } = start('run', '--', PYTHON, 'train.py', '--steps', '10000');
  await until('it runs', () => out().includes('step 5'));
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  expect(status).toBe(130);
  expect(stderr).toContain('press Ctrl+C again to end it at once');
  expect(stderr).toMatch(/training-debugger: stopped, \d+ steps/);
});

test('Ctrl+C ends a training that another client holds', async () => {
  const { child, ended, out } = start('run', '--name', 'Held', '--', PYTHON, 'train.py', '--steps', '10000');
  await until('it runs', () => out().includes('step 3'));
  const live = listRuns(place.runsDirectory).find(({ name }) => name === 'Held');
  const client = await attachRun(live?.directory ?? '');
  await client.request('pause', {});
  await until('it is held', async () => (await snapshot(client)).stop);
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  expect(status).toBe(130);
  expect(stderr).toMatch(/training-debugger: stopped, \d+ steps/);
});

test('Ctrl+C twice ends a script that ignores it', async () => {
  const { child, ended, out } = start('run', '--', PYTHON, 'stubborn.py');
  const leader = await until('it runs', () => /ready (\d+)/.exec(out())?.[1]);
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGINT');
  expect((await ended).status).toBe(137);
  expect(isRunning(Number(leader))).toBe(false);
});

test('a reader that goes away, as | head does, does not end the training', async () => {
  const { child, ended, out } = start('run', '--', PYTHON, 'train.py', '--steps', '60');
  await until('it prints', () => out().includes('step 3'));
  child.stdout?.destroy();
  const { status, stderr } = await ended;
  expect(status).toBe(0);
  expect(stderr).toContain('completed, 60 steps');
});

test('a disk that takes no more is said, and costs the script nothing', async () => {
  // The limit on the size of files fails writes as a full disk does; only our own processes write files here.
  const limited = `trap '' XFSZ; ulimit -f 128; exec "$0" "$@"`;
  const args = [place.bundle.cliScript, 'run', '--name', 'Full', '--', PYTHON, 'flood.py', '0.5'];
  const child = spawn('bash', ['-c', limited, process.execPath, ...args], { cwd: place.folder });
  const output = { stdout: 0, stderr: '' };
  child.stdout.on('data', (part: Buffer) => (output.stdout += part.length));
  child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.stdout).toBeGreaterThan(1_000_000);
  expect(output.stderr).toMatch(/notice: What the script prints cannot be kept at the moment \(EFBIG/);
  expect(listRuns(place.runsDirectory).find(({ name }) => name === 'Full')?.status).toBe('completed');
});

test('a run in a terminal can be watched from elsewhere', async () => {
  const { child, ended, out } = start(
    'run',
    '--name',
    'Watched',
    '--',
    PYTHON,
    'train.py',
    '--steps',
    '10000',
  );
  await until('it runs', () => out().includes('step 3'));
  const live = listRuns(place.runsDirectory).find(({ name }) => name === 'Watched');
  const client = await attachRun(live?.directory ?? '');
  expect((await snapshot(client)).summary).toMatchObject({ name: 'Watched', status: 'running' });
  await client.request('stop', {});
  expect((await ended).stderr).toContain('stopped');
  expect(child.exitCode).toBe(130);
});

test('--config takes a configuration of launch.json, and a command replaces what it runs', async () => {
  mkdirSync(join(place.folder, '.vscode'));
  const config = {
    type: 'training',
    request: 'launch',
    name: 'Two',
    interpreter: PYTHON,
    args: ['--steps', '2'],
  };
  const configurations = [{ ...config, program: '${workspaceFolder}/train.py' }];
  writeFileSync(join(place.folder, '.vscode', 'launch.json'), JSON.stringify({ configurations }));
  expect((await command('run', '--config', 'Two')).stdout).toBe('step 0\nstep 1\n');
  expect((await command('run', '--config', 'Two', '--', PYTHON, 'train.py', '--steps', '1')).stdout).toBe(
    'step 0\n',
  );
});

test('runs are listed, newest first', async () => {
  await command('run', '--name', 'Newest', '--', PYTHON, 'train.py', '--steps', '4');
  const { stdout } = await command('runs');
  const [heading, first] = stdout.split('\n');
  expect(heading).toMatch(/^RUN +STATUS +STEPS +LOSS +BEST +FINDINGS$/);
  expect(first).toMatch(/^\S+-newest-\w+ +completed +4 +0\.5 +0\.5 +0$/);
  const listed = JSON.parse((await command('runs', '--json')).stdout) as { name: string }[];
  expect(listed[0]?.name).toBe('Newest');
});

test.each([
  [['run', '--', PYTHON, 'nowhere.py'], 'nowhere.py does not exist'],
  [['run', '--json', 'no/such/folder/a.json', '--', PYTHON, 'train.py'], 'a.json cannot be written'],
  [['run', '--bogus', '--', PYTHON, 'x.py'], 'Unknown option --bogus'],
  [['run', '--config', 'Nothing'], 'no training configuration “Nothing”'],
])('%j is refused with status 2 and leaves no run', async (args, says) => {
  const before = place.runs().length;
  const { status, stderr } = await command(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(says);
  expect(place.runs()).toHaveLength(before);
});

test('help and version', async () => {
  expect((await command('--help')).stdout).toContain('training-debugger run [OPTIONS] -- COMMAND');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect((await command('--version')).stdout).toBe(`${version}\n`);
});
