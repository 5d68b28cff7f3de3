import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.js';
import { readNamedConfig } from '../../src/cli/launchJson.js';
import { readTrainingCommand } from '../../src/cli/trainingCommand.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'td-cli-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o755 });
  return file;
}

test('run goes on from a checkpoint', () => {
  expect(readArguments(['run', '--resume', 'last.pt', '--', 'python', 'train.py'])).toMatchObject({
    command: 'run',
    resume: 'last.pt',
  });
});

test('options come before --, the training after it, whatever it looks like', () => {
  const line = [
    'run',
    '--json=out.json',
    '--name',
    'a b',
    '--fail-on',
    'error',
    '--',
    'python',
    't.py',
    '--json',
    '--',
  ];
  expect(readArguments(line)).toEqual({
    command: 'run',
    name: 'a b',
    config: null,
    resume: null,
    json: 'out.json',
    html: null,
    failOn: 'error',
    rules: {},
    training: ['python', 't.py', '--json', '--'],
  });
});

test('dap takes what to run from its client, not from the command line', () => {
  expect(readArguments(['dap'])).toEqual({ command: 'dap' });
  expect(() => readArguments(['dap', 'train.py'])).toThrow('dap takes no arguments, but train.py was given');
});

test('rules and thresholds may be given several times, and add up', () => {
  const given = [
    ...['--rule', 'initial-loss=hint', '--rule=non-finite-loss=off'],
    ...['--threshold', 'initial-loss.excess=2', '--threshold=exploding-gradient.window=50'],
  ];
  expect(readArguments(['replay', 'latest', '--html', 'a.html', ...given])).toEqual({
    command: 'replay',
    run: 'latest',
    json: null,
    html: 'a.html',
    failOn: null,
    rules: {
      'initial-loss': { severity: 'hint', excess: 2 },
      'non-finite-loss': { severity: 'off' },
      'exploding-gradient': { window: 50 },
    },
  });
});

test.each([
  [['replay'], 'Name the run: training-debugger replay RUN'],
  [['replay', 'a', 'b'], 'One run at a time: b is one too many.'],
  [['replay', 'a', '--name', 'b'], 'Unknown option --name.'],
  [['replay', 'a', '--rule', 'initial-loss'], '--rule initial-loss: write it like --rule initial-loss=off.'],
  [
    ['replay', 'a', '--rule', 'initial-loss=loud'],
    'must be one of off, error, warning, info, hint, not loud',
  ],
  [
    ['replay', 'a', '--rule', 'inital-loss=off'],
    'There is no rule “inital-loss”. Did you mean “initial-loss”?',
  ],
  [['replay', 'a', '--threshold', 'initial-loss=2'], 'write it like --threshold initial-loss.excess=2.'],
  [['replay', 'a', '--threshold', 'initial-loss.exces=2'], 'Did you mean “excess”?'],
  [['replay', 'a', '--threshold', 'initial-loss.excess=many'], 'from 0.1 to 100, not "many"'],
  [['replay', 'a', '--threshold', 'initial-loss.excess=1e9'], 'from 0.1 to 100, not 1000000000'],
  [['rnu'], 'Unknown command rnu. Did you mean run?'],
  [['--verson'], 'Unknown option --verson. Did you mean --version?'],
  [['run', '--jsn', 'x', '--', 'a'], 'Unknown option --jsn. Did you mean --json?'],
  [['run', '--fail-on', 'hint', '--', 'a'], '--fail-on must be error or warning, not hint.'],
  [['run', '--name', '--', 'a'], '--name needs a value.'],
  [['run', '--name'], '--name needs a value.'],
  [['run', 'python', 't.py'], 'Put “--” before the command: training-debugger run -- python …'],
  [['run'], 'Nothing to run'],
  [['run', '--'], 'Nothing to run'],
  [['runs', '--all'], 'Unknown option --all. Known are: --json.'],
])('%j is refused: %s', (argv, says) => {
  expect(() => readArguments(argv)).toThrow(says);
});

describe('a command as typed', () => {
  const env = { PATH: process.env['PATH'] };

  test.each([
    [
      ['python3', '-u', '-W', 'ignore', 'train.py', '--lr', '1', '-m'],
      {
        interpreter: 'python3',
        interpreterArgs: ['-u', '-W', 'ignore'],
        program: 'train.py',
        args: ['--lr', '1', '-m'],
      },
    ],
    [
      ['/opt/py/bin/python3.12', '-Bm', 'pkg.train', '--lr', '1'],
      {
        interpreter: '/opt/py/bin/python3.12',
        interpreterArgs: ['-B'],
        module: 'pkg.train',
        args: ['--lr', '1'],
      },
    ],
    [['python', '-mpkg'], { interpreter: 'python', interpreterArgs: [], module: 'pkg', args: [] }],
    [
      ['node', '--max-old-space-size=4096', '--import', 'tsx', 'train.ts', '--lr'],
      {
        interpreter: 'node',
        interpreterArgs: ['--max-old-space-size=4096', '--import', 'tsx'],
        program: 'train.ts',
        args: ['--lr'],
      },
    ],
  ])('%j', (argv, expected) => {
    expect(readTrainingCommand(argv, env)).toMatchObject(expected);
  });

  test('a program written in Python, such as torchrun, runs under its own Python', () => {
    const direct = script('torchrun', '#!/opt/venv/bin/python3\nimport sys\n');
    const options = ['--nproc_per_node', '2', 'train.py'];
    expect(readTrainingCommand([direct, ...options], env)).toEqual({
      program: direct,
      args: options,
      runtime: 'python',
      interpreter: '/opt/venv/bin/python3',
    });
    const byName = script('train', '#!/usr/bin/env python3\n');
    expect(readTrainingCommand([byName], env).interpreter).toBe('python3');
    const long = script('accelerate', `#!/bin/sh\n'''exec' "/a long/path/bin/python3.11" "$0" "$@"\n' '''\n`);
    expect(readTrainingCommand([long], env).interpreter).toBe('/a long/path/bin/python3.11');
  });

  test.each([
    [['python', '-c', 'print(1)'], 'put it into a file'],
    [['python'], 'Name the script to run'],
    [['python', '-m'], 'needs a module'],
    [['node', '-e', '1'], 'put it into a file'],
    [['bash', 'train.sh'], 'bash is not a command that can be observed'],
    [['no-such-command'], 'There is no command no-such-command'],
  ])('%j is refused', (argv, says) => {
    expect(() => readTrainingCommand(argv, env)).toThrow(says);
  });
});

describe('a configuration of launch.json', () => {
  function read(content: string): Record<string, unknown> {
    const workspace = mkdtempSync(join(folder, 'workspace-'));
    mkdirSync(join(workspace, '.vscode'));
    writeFileSync(join(workspace, '.vscode', 'launch.json'), content);
    return readNamedConfig(workspace, 'Train', { HOME: '/home/me', LR: '0.5' });
  }

  test('is read with comments and trailing commas, its variables filled in', () => {
    const config = read(`{
      // A comment with "quotes".
      "configurations": [
        { "type": "python", "name": "Train" },
        { "type": "training", "name": "Train", /* here */ "program": "\${workspaceFolder}/a//b.py",
          "args": ["--lr", "\${env:LR}", "\${userHome}/x,]"], },
      ],
    }`);
    expect(config['program']).toMatch(/\/workspace-\w+\/a\/\/b\.py$/);
    expect(config['args']).toEqual(['--lr', '0.5', '/home/me/x,]']);
  });

  test.each([
    ['{ "configurations": [{ "type": "training", "name": "Trains" }] }', 'Did you mean “Trains”?'],
    ['{ "configurations": [] }', 'It has: none.'],
    ['{ "configurations": 1 }', 'no list “configurations”'],
    ['{ "configurations": [', 'launch.json cannot be read'],
    [
      '{ "configurations": [{ "type": "training", "name": "Train", "program": "${file}" }] }',
      'only inside VS Code',
    ],
  ])('%s is refused', (content, says) => {
    expect(() => read(content)).toThrow(says);
  });
});
