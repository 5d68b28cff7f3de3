import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachRun, type LaunchedRun } from '../../src/engine/client.js';
import { listRuns, readEngineFile } from '../../src/engine/recorder/index.js';
import { ended, isRunning, snapshot, until, Workplace } from './support/workplace.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

interface Watched extends LaunchedRun {
  /** Process ids. */
  engine: number;
  training: number;
}

async function launchTraining(): Promise<Watched> {
  const pidFile = join(place.folder, `pid-${Math.random()}`);
  const run = await place.launch({ program: 'train.py', args: ['--steps', '2000', '--pid-file', pidFile] });
  await until('it runs', async () => (await snapshot(run.client)).summary.steps > 3);
  const engine = readEngineFile(run.directory)?.pid ?? 0;
  return { ...run, engine, training: Number(readFileSync(pidFile, 'utf8')) };
}

function lastStep(console: string): number {
  return Number(console.match(/(?<=step )\d+(?=\n)/g)?.at(-1) ?? -1);
}

test('a killed engine leaves the training running and its record readable', async () => {
  const { client, directory, id, engine, training } = await launchTraining();
  const closed = new Promise<void>((resolve) => client.onClosed(resolve));
  const before = (await snapshot(client)).summary.steps;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  process.kill(engine, 'SIGKILL');
  await closed;
  const log = join(directory, 'console.log');
  const printed = lastStep(readFileSync(log, 'utf8'));
  await until('the training prints on', () => lastStep(readFileSync(log, 'utf8')) > printed + 20);
  expect(isRunning(training)).toBe(true);
  expect(listRuns(place.runsDirectory).find((run) => run.id === id)?.status).toBe('lost');
  const recorded = await attachRun(directory);
  const seen = await snapshot(recorded);
  expect(seen.summary.status).toBe('lost');
  expect(seen.summary.steps).toBeGreaterThan(before);
  expect(seen.series.find(({ name }) => name === 'loss')?.points).toBeGreaterThan(before);
  expect(seen.checks.map(({ rule }) => rule)).toContain('non-finite-loss');
  process.kill(training, 'SIGKILL');
  await until('it is gone', () => !isRunning(training));
  rmSync(dirname(readEngineFile(directory)?.socket.replace('unix:', '') ?? ''), { recursive: true });
});

test('a killed training leaves a failed run that says so, complete to its last step', async () => {
  const { client, training } = await launchTraining();
  process.kill(training, 'SIGKILL');
  const summary = await ended(client);
  expect(summary).toMatchObject({ status: 'failed', exitCode: 137 });
  const seen = await snapshot(client);
  const console = seen.console.map(({ text }) => text).join('');
  expect(summary.steps).toBeGreaterThanOrEqual(lastStep(console));
});

test('an engine that is asked to end stops the training, keeps its record whole and leaves', async () => {
  const { client, directory, engine, training } = await launchTraining();
  process.kill(engine, 'SIGTERM');
  expect(await ended(client)).toMatchObject({ status: 'stopped', exitCode: 130 });
  await until('it has left', () => !isRunning(engine));
  expect(isRunning(training)).toBe(false);
  const recorded = await attachRun(directory);
  expect((await snapshot(recorded)).summary.status).toBe('stopped');
});

test('engine and training outlive the process that launched them, and a hang-up', async () => {
  const launcher = spawn(process.execPath, [place.bundle.launcherScript, place.folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(launcher.stdout), 'line')) as [string];
  const directory = line.trim();
  const engine = readEngineFile(directory)?.pid ?? 0;
  const launcherGone = once(launcher, 'exit');
  launcher.kill('SIGKILL');
  await launcherGone;
  process.kill(engine, 'SIGHUP');
  const client = await attachRun(directory);
  const { steps } = (await snapshot(client)).summary;
  await until('it goes on', async () => (await snapshot(client)).summary.steps > steps + 5);
  await client.request('stop', {});
  expect(await ended(client)).toMatchObject({ status: 'stopped' });
  client.dispose();
});
