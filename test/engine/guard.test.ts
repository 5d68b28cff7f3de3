/** Trainings of a test that was interrupted do not outlive it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { launchRun } from '../../src/engine/client.js';
import { parseLaunchConfig } from '../../src/engine/launch/config.js';
import { readEngineFile } from '../../src/engine/recorder/index.js';
import { bundleEngine } from './support/bundle.js';
import { isRunning, PYTHON, REPOSITORY, until } from './support/workplace.js';

test('a guard ends trainings, server and folder when the process that asked for it is killed', async () => {
  const bundle = await bundleEngine();
  const base = mkdtempSync(join(tmpdir(), 'td-guard-'));
  const workspace = join(base, 'workspace');
  mkdirSync(workspace);
  const program = join(REPOSITORY, 'test/engine/support/programs/digits.py');
  const config = parseLaunchConfig(
    { program, interpreter: PYTHON, hyperparameters: { steps: 100_000_000 } },
    { workspace, runsDirectory: join(workspace, '.training-debugger', 'runs') },
  );
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const module = pathToFileURL(join(REPOSITORY, 'scripts/lib/guard.mjs')).href;
  const code = `(await import(${JSON.stringify(module)})).guard(${JSON.stringify(base)}, ${server.pid}); console.log('guarded'); setInterval(() => {}, 1000)`;
  const asking = spawn(process.execPath, ['--input-type=module', '-e', code]);
  const guarded = once(asking.stdout, 'data');
  const { client, directory } = await launchRun(config, {
    node: process.execPath,
    engineScript: bundle.engineScript,
  });
  client.dispose();
  const engine = readEngineFile(directory)?.pid ?? 0;
  expect(isRunning(engine)).toBe(true);
  await guarded;
  asking.kill('SIGKILL');
  await until('the guard has ended the training', () => !isRunning(engine) && !existsSync(base));
  expect(server.signalCode).toBe('SIGTERM');
  bundle.dispose();
}, 120_000);
