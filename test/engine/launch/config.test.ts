import { describe, expect, test } from 'vitest';
import { LaunchError, parseLaunchConfig } from '../../../src/engine/launch/config.js';

const DEFAULTS = { workspace: '/project', runsDirectory: '/project/.training-debugger/runs' };

function parse(raw: unknown): ReturnType<typeof parseLaunchConfig> {
  return parseLaunchConfig(raw, DEFAULTS);
}

function refusal(raw: unknown): LaunchError {
  try {
    parse(raw);
  } catch (error) {
    if (error instanceof LaunchError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

test('the least that says what to run is enough', () => {
  expect(parse({ program: 'train.py' })).toEqual({
    name: 'train.py',
    workspace: '/project',
    runsDirectory: '/project/.training-debugger/runs',
    program: '/project/train.py',
    args: [],
    cwd: '/project',
    env: {},
    runtime: 'auto',
    interpreterArgs: [],
    hyperparameters: {},
    rules: {},
  });
});

test('every option is read, and paths are made absolute', () => {
  const config = parse({
    type: 'training',
    request: 'launch',
    preLaunchTask: 'build',
    __sessionId: 'x',
    name: 'Digits',
    module: 'digits.train',
    args: ['--epochs', 3],
    cwd: 'sub',
    env: { A: 'x', B: null, C: 1 },
    envFile: '.env',
    runtime: 'python',
    interpreter: '.venv/bin/python',
    interpreterArgs: ['-O'],
    gpus: [0, 2],
    nprocPerNode: 2,
    hyperparameters: { lr: 0.1, optimizer: 'adam', nesterov: true },
    seed: 7,
    rules: { 'initial-loss': 'off', 'exploding-gradient': { severity: 'error', window: 50 } },
    runsDirectory: 'runs',
    stopOnEntry: true,
    stepBackMemory: 0,
    pauseGrace: 60,
    resumeFrom: 'last.pt',
    debugger: true,
    debuggerPort: 5678,
    breakpoints: { owner: 'me', exceptions: [{ filter: 'any-error' }] },
  });
  expect(config).toEqual({
    name: 'Digits',
    workspace: '/project',
    runsDirectory: '/project/runs',
    module: 'digits.train',
    args: ['--epochs', '3'],
    cwd: '/project/sub',
    env: { A: 'x', B: null, C: '1' },
    envFile: '/project/.env',
    runtime: 'python',
    interpreter: '/project/.venv/bin/python',
    interpreterArgs: ['-O'],
    gpus: [0, 2],
    nprocPerNode: 2,
    hyperparameters: { lr: 0.1, optimizer: 'adam', nesterov: true },
    seed: 7,
    rules: { 'initial-loss': 'off', 'exploding-gradient': { severity: 'error', window: 50 } },
    stopOnEntry: true,
    stepBackMemory: 0,
    pauseGrace: 60,
    resumeFrom: '/project/last.pt',
    debuggerPort: 5678,
    breakpoints: { owner: 'me', exceptions: [{ filter: 'any-error' }], functions: [] },
  });
});

test('a bare interpreter is a command to be found, not a file of the workspace', () => {
  expect(parse({ program: 'a.py', interpreter: 'python3.12' }).interpreter).toBe('python3.12');
});

test('an option left empty by a form counts as not given', () => {
  expect(parse({ program: 'a.py', seed: null, envFile: undefined })).not.toHaveProperty('seed');
});

describe('what is wrong is named, with what it must be', () => {
  test.each([
    ['nothing', undefined, '', 'must be an object'],
    ['a list', [], '', 'must be an object'],
    ['nothing to run', {}, 'program', 'set “program” to a script or “module”'],
    ['two things to run', { program: 'a.py', module: 'a' }, 'module', 'both “program” and “module”'],
    ['a number as program', { program: 3 }, 'program', 'must be a text that is not empty, not 3'],
    ['an empty program', { program: '' }, 'program', 'must be a text'],
    ['a path with a zero', { program: 'a\0b' }, 'program', 'must be a path'],
    ['a word for a switch', { program: 'a.py', stopOnEntry: 'yes' }, 'stopOnEntry', 'must be true or false'],
    ['a word for the debugger', { program: 'a.py', debugger: 'pdb' }, 'debugger', 'must be true or false'],
    ['no time to come back', { program: 'a.py', pauseGrace: 0 }, 'pauseGrace', 'a whole number from 1'],
    ['memory below none', { program: 'a.py', stepBackMemory: -1 }, 'stepBackMemory', 'a whole number from 0'],
    [
      'a breakpoint that says nothing',
      { program: 'a.py', breakpoints: { owner: 'me', functions: [{}] } },
      'breakpoints.functions[0].expression',
      'must be a text',
    ],
    [
      'breakpoints in an object',
      { program: 'a.py', breakpoints: { owner: 'me', exceptions: {} } },
      'breakpoints.exceptions',
      'must be a list of objects',
    ],
    [
      'arguments in one text',
      { program: 'a.py', args: '--lr 1' },
      'args',
      "must be a list of texts, not '--lr 1'",
    ],
    ['an object in the arguments', { program: 'a.py', args: ['x', {}] }, 'args[1]', '“args[1]”'],
    ['a list as env', { program: 'a.py', env: [] }, 'env', 'must be an object'],
    ['an object in env', { program: 'a.py', env: { A: {} } }, 'env.A', 'null to remove the variable'],
    ['another runtime', { program: 'a.py', runtime: 'ruby' }, 'runtime', 'one of auto, python, node'],
    ['a GPU below zero', { program: 'a.py', gpus: [-1] }, 'gpus[0]', 'a whole number from 0'],
    ['one GPU as a number', { program: 'a.py', gpus: 0 }, 'gpus', 'a list of whole numbers'],
    ['no process', { program: 'a.py', nprocPerNode: 0 }, 'nprocPerNode', 'a whole number from 1'],
    ['half a seed', { program: 'a.py', seed: 0.5 }, 'seed', 'a whole number from 0 to 4294967295'],
    ['a seed as text', { program: 'a.py', seed: '7' }, 'seed', "not '7'"],
    ['NaN', { program: 'a.py', hyperparameters: { lr: NaN } }, 'hyperparameters.lr', 'not NaN'],
    [
      'a list of values',
      { program: 'a.py', hyperparameters: { lr: [1] } },
      'hyperparameters.lr',
      'true or false',
    ],
    [
      'another severity',
      { program: 'a.py', rules: { 'initial-loss': 'fatal' } },
      'rules.initial-loss',
      'one of off, error, warning, info, hint',
    ],
    [
      'another severity in an object',
      { program: 'a.py', rules: { 'initial-loss': { severity: 3 } } },
      'rules.initial-loss.severity',
      'one of off, error, warning, info, hint, not 3',
    ],
    [
      'a rule that is misspelt',
      { program: 'a.py', rules: { 'initial-los': 'off' } },
      'rules.initial-los',
      'There is no rule “initial-los”. Did you mean “initial-loss”?',
    ],
    [
      'a rule that is not there',
      { program: 'a.py', rules: { 'the-initial-loss-rule': 'off' } },
      'rules.the-initial-loss-rule',
      'There is no rule “the-initial-loss-rule”. The nearest are initial-loss, ',
    ],
    [
      'a threshold that is misspelt',
      { program: 'a.py', rules: { 'initial-loss': { exces: 1 } } },
      'rules.initial-loss.exces',
      'The rule “initial-loss” has no option “exces”. Did you mean “excess”?',
    ],
    [
      'a threshold out of range',
      { program: 'a.py', rules: { 'initial-loss': { excess: 1e9 } } },
      'rules.initial-loss.excess',
      'The option “excess” of the rule “initial-loss” must be a number from 0.1 to 100, not 1000000000.',
    ],
    ['rules in a list', { program: 'a.py', rules: ['x'] }, 'rules', 'must be an object'],
  ])('%s', (_, raw, field, says) => {
    const error = refusal(raw);
    expect(error.field ?? '').toBe(field);
    expect(error.message).toContain(says);
  });
});

test.each([
  ['progam', 'program'],
  ['hyperParameters', 'hyperparameters'],
  ['nproc_per_node', 'nprocPerNode'],
  ['arg', 'args'],
  ['gpu', 'gpus'],
])('the unknown option %s is refused with %s suggested', (given, meant) => {
  const error = refusal({ program: 'a.py', [given]: 1 });
  expect(error.message).toBe(
    `The launch configuration has an unknown option “${given}”. Did you mean “${meant}”?`,
  );
  expect(error.field).toBe(given);
});

test('an unknown option that is near to none lists those there are', () => {
  expect(refusal({ program: 'a.py', somethingElse: 1 }).message).toMatch(
    /Known are: name, program, module, .*rules/,
  );
});
