import { expect, test } from 'vitest';
import { buildArguments } from '../../../src/engine/launch/command.js';
import { parseLaunchConfig } from '../../../src/engine/launch/config.js';
import { runtimeOf, versionAtLeast, type Interpreter } from '../../../src/engine/launch/interpreters.js';
import type { LaunchConfig } from '../../../src/protocol/runApi.js';

const PROBES = '/ext/dist/probes';
const PYTHON: Interpreter = { runtime: 'python', file: '/bin/python3', version: null };

function config(raw: Record<string, unknown>): LaunchConfig {
  return parseLaunchConfig(raw, { workspace: '/w', runsDirectory: '/w/runs' });
}

function node(version: string): Interpreter {
  return { runtime: 'node', file: '/bin/node', version };
}

test('a Python script, then its own arguments, then hyperparameters', () => {
  const given = config({
    program: 'train.py',
    args: ['--data', 'a b'],
    hyperparameters: { lr: 1e-4, decay: false },
    interpreterArgs: ['-O'],
  });
  expect(buildArguments(given, PYTHON, PROBES)).toEqual([
    '-O',
    '/w/train.py',
    '--data',
    'a b',
    '--lr',
    '0.0001',
    '--decay',
    'false',
  ]);
});

test('several processes start under torchrun on a port of their own', () => {
  const torchrun = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '4'];
  expect(buildArguments(config({ program: 't.py', nprocPerNode: 4 }), PYTHON, PROBES)).toEqual([
    ...torchrun,
    '/w/t.py',
  ]);
  expect(buildArguments(config({ module: 'a.b', nprocPerNode: 4 }), PYTHON, PROBES)).toEqual([
    ...torchrun,
    '-m',
    'a.b',
  ]);
  expect(buildArguments(config({ program: 't.py', nprocPerNode: 1 }), PYTHON, PROBES)).toEqual(['/w/t.py']);
});

test('a script for Node loads the probe before everything else', () => {
  const given = config({ program: 'train.mjs', interpreterArgs: ['--max-old-space-size=9000'] });
  expect(buildArguments(given, node('v20.1.0'), PROBES)).toEqual([
    '--require',
    '/ext/dist/probes/tfjs/preload.cjs',
    '--max-old-space-size=9000',
    '/w/train.mjs',
  ]);
});

test.each([
  ['v20.19.0', false],
  ['v22.17.1', false],
  ['v22.18.0', true],
  ['v23.0.0', false],
  ['v23.6.0', true],
  ['v24.0.0', true],
])('Node %s runs TypeScript by itself: %s', (version, runs) => {
  const build = (): string[] => buildArguments(config({ program: 'train.ts' }), node(version), PROBES);
  if (runs) expect(build()).toContain('/w/train.ts');
  else expect(build).toThrow('set “interpreterArgs” to ["--import", "tsx"]');
});

test('a loader runs TypeScript on any Node', () => {
  const given = config({ program: 'train.ts', interpreterArgs: ['--import', 'tsx'] });
  expect(buildArguments(given, node('v20.0.0'), PROBES).at(-1)).toBe('/w/train.ts');
});

test.each([
  [{ program: 'a.py' }, 'python'],
  [{ program: 'a.MJS' }, 'node'],
  [{ program: 'a.cts' }, 'node'],
  [{ module: 'a' }, 'python'],
  [{ program: 'a', interpreter: '/x/python3.12' }, 'python'],
  [{ program: 'a', runtime: 'node' }, 'node'],
])('the runtime of %j is %s', (raw, runtime) => {
  expect(runtimeOf(config(raw))).toBe(runtime);
});

test('versions compare by number', () => {
  expect(versionAtLeast('v22.9.0', 22, 15)).toBe(false);
  expect(versionAtLeast('v22.15.0', 22, 15)).toBe(true);
  expect(versionAtLeast('v100.0.0', 22, 15)).toBe(true);
  expect(versionAtLeast('nonsense', 1, 0)).toBe(false);
});

test('the debugger of the language waits on loopback', () => {
  const debugpy = ['-m', 'debugpy', '--listen', '127.0.0.1:5678', '--wait-for-client'];
  expect(buildArguments(config({ program: 't.py', debuggerPort: 5678 }), PYTHON, PROBES)).toEqual([
    ...debugpy,
    '/w/t.py',
  ]);
  expect(buildArguments(config({ module: 'a.b', debuggerPort: 5678 }), PYTHON, PROBES)).toEqual([
    ...debugpy,
    '-m',
    'a.b',
  ]);
  expect(buildArguments(config({ program: 't.js', debuggerPort: 9229 }), node('v22.18.0'), PROBES)).toContain(
    '--inspect-brk=127.0.0.1:9229',
  );
});

test('the debugger of the language is refused where it cannot be', () => {
  const build = (raw: Record<string, unknown>) => () =>
    buildArguments(config({ program: 't.py', debuggerPort: 5678, ...raw }), PYTHON, PROBES);
  expect(build({ nprocPerNode: 2 })).toThrow('“debugger” is for a single process');
  expect(build({ interpreterArgs: ['-I'] })).toThrow('“debugger” does not go together with -E, -I or -S');
});
