import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createRunDirectory,
  deleteRun,
  learn,
  listRuns,
  newManifest,
  readManifest,
  RunDirectoryError,
  writeEngineFile,
  writeManifest,
} from '../../../src/engine/recorder/index.js';
import type { RunStatus } from '../../../src/protocol/runApi.js';
import { formatText } from '../../../src/protocol/values.js';
import { useRunsFolder } from './runsFolder.js';
import { hello, launchConfig } from './support.js';

const folder = useRunsFolder();

function makeRun(status: RunStatus): { id: string; directory: string } {
  const run = createRunDirectory(folder.path, 'digits');
  const config = launchConfig(folder.path);
  const manifest = newManifest({ ...run, config, command: ['python', 'train.py'], version: '0.1.0' });
  manifest.summary.status = manifest.status = status;
  writeManifest(run.directory, manifest);
  return run;
}

describe('a run directory', () => {
  it('is named by time and run, and invisible to git', () => {
    const runs = join(folder.path, '.training-debugger', 'runs');
    const { id, directory } = createRunDirectory(runs, 'Léon’s MNIST / lr=0.1');
    expect(id).toMatch(/^\d{8}-\d{6}-l-on-s-mnist-lr-0-1-[0-9a-f]{6}$/);
    expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n');
    expect(readFileSync(join(folder.path, '.training-debugger', '.gitignore'), 'utf8')).toBe('*\n');
    expect(existsSync(join(folder.path, '.gitignore'))).toBe(false);
  });

  it('that cannot be made names the setting to change', () => {
    writeFileSync(join(folder.path, 'file'), '');
    const attempt = (): unknown => createRunDirectory(join(folder.path, 'file', 'runs'), 'x');
    expect(attempt).toThrow(RunDirectoryError);
    expect(attempt).toThrow('trainingDebugger.runsDirectory');
  });
});

describe('the list of runs', () => {
  it('is empty where nothing was ever recorded', () => {
    expect(listRuns(join(folder.path, 'nothing'))).toEqual([]);
  });

  it('shows damaged runs as damaged, with the reason, beside the others', () => {
    const good = makeRun('completed');
    const cut = makeRun('completed');
    const manifest = join(cut.directory, 'run.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').slice(0, 200));
    const without = { id: '20250101-000000-aaaaaa' };
    mkdirSync(join(folder.path, without.id));
    const newer = makeRun('completed');
    writeFileSync(join(newer.directory, 'run.json'), '{"schema": 99}');
    mkdirSync(join(folder.path, 'not a run'));

    const runs = new Map(listRuns(folder.path).map((run) => [run.id, run]));
    expect(runs.size).toBe(4);
    expect(runs.get(good.id)).toMatchObject({ status: 'completed', name: 'digits', problem: null });
    const reason = (id: string): string => {
      const run = runs.get(id);
      expect(run?.status).toBe('damaged');
      return run?.problem ? formatText(run.problem) : '';
    };
    expect(reason(cut.id)).toContain('run.json cannot be read');
    expect(reason(without.id)).toContain('run.json is missing');
    expect(reason(newer.id)).toContain('newer version');
    expect(Math.abs((runs.get(cut.id)?.startedAt ?? 0) - Date.now() / 1000)).toBeLessThan(3600);
  });

  it('has the newest first', () => {
    const ids = ['20250101-000000-a-aaaaaa', '20260101-000000-aaaaaa', '20240101-000000-b-aaaaaa'];
    for (const id of ids) mkdirSync(join(folder.path, id));
    expect(listRuns(folder.path).map((run) => run.id.slice(0, 4))).toEqual(['2026', '2025', '2024']);
  });

  it('says that a live run is live while its engine is, and lost once that is gone', () => {
    const run = makeRun('running');
    writeEngineFile(run.directory, { socket: '/tmp/x', token: 't' });
    expect(statSync(join(run.directory, 'engine.json')).mode & 0o777).toBe(0o600);
    expect(listRuns(folder.path)[0]?.status).toBe('running');
    rmSync(join(run.directory, 'engine.json'));
    const manifest = readManifest(run.directory);
    writeManifest(run.directory, { ...manifest, startedAt: manifest.startedAt - 60 });
    const [lost] = listRuns(folder.path);
    expect(lost?.status).toBe('lost');
    expect(lost?.problem && formatText(lost.problem)).toContain('kept');
  });

  it('shows a run that is about to start as starting, not as damaged or lost', () => {
    createRunDirectory(folder.path, 'new');
    makeRun('starting');
    expect(listRuns(folder.path).map((run) => run.status)).toEqual(['starting', 'starting']);
  });

  it('is not fooled by another process that was given the engine’s pid', () => {
    const run = makeRun('running');
    const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
    const file = { pid: other.pid, socket: '/tmp/x', token: 't', startTime: Date.now() / 1000 - 86_400 };
    writeFileSync(join(run.directory, 'engine.json'), JSON.stringify(file));
    expect(listRuns(folder.path)[0]?.status).toBe('lost');
    other.kill('SIGKILL');
  });
});

describe('deleting a run', () => {
  it('takes all of a finished or damaged run', () => {
    const run = makeRun('completed');
    const damaged = createRunDirectory(folder.path, 'damaged');
    deleteRun(run.directory);
    deleteRun(damaged.directory);
    expect(listRuns(folder.path)).toEqual([]);
    expect(existsSync(run.directory)).toBe(false);
  });

  it('refuses a run whose engine still goes', () => {
    const run = makeRun('running');
    writeEngineFile(run.directory, { socket: '/tmp/x', token: 't' });
    expect(() => deleteRun(run.directory)).toThrow('Stop it first');
    expect(existsSync(join(run.directory, 'run.json'))).toBe(true);
  });

  it('leaves alone whatever is not a run', () => {
    const run = makeRun('completed');
    const link = join(folder.path, '20250101-000000-aaaaaa');
    symlinkSync(run.directory, link);
    const empty = join(folder.path, '20250101-000000-bbbbbb');
    mkdirSync(empty);
    for (const path of [
      folder.path,
      link,
      empty,
      join(folder.path, 'absent'),
      '/',
      join(run.directory, 'checkpoints'),
    ]) {
      expect(() => deleteRun(path)).toThrow('not the directory of a run');
    }
    expect(existsSync(join(run.directory, 'run.json'))).toBe(true);
    expect(existsSync(empty)).toBe(true);
  });
});

describe('the manifest', () => {
  it('keeps what is needed to do the run again', () => {
    const run = createRunDirectory(folder.path, 'digits');
    const config = launchConfig(folder.path);
    const manifest = newManifest({
      ...run,
      config,
      command: ['/usr/bin/python3', 'train.py'],
      version: '0.1.0',
    });
    learn(manifest, 0, hello);
    learn(manifest, 0, { type: 'runtime', backend: 'cpu', device: 'EPYC', gpus: [], seeds: { torch: 3 } });
    learn(manifest, 1, { type: 'runtime', backend: 'cuda', device: 'other', gpus: [1], seeds: {} });
    writeManifest(run.directory, manifest);
    expect(readManifest(run.directory)).toMatchObject({
      command: ['/usr/bin/python3', 'train.py'],
      config,
      hyperparameters: { lr: 0.1 },
      interpreter: { path: '/usr/bin/python3', language: 'python', version: '3.12.1' },
      packages: { torch: '2.9.0' },
      seeds: { torch: 3 },
      device: { backend: 'cpu', name: 'EPYC', gpus: [] },
    });
  });

  it('that cannot be written leaves the old one whole and no litter', () => {
    const run = makeRun('running');
    const manifest = readManifest(run.directory);
    manifest.name = 'changed';
    const temporary = join(run.directory, `run.json.${process.pid}.tmp`);
    mkdirSync(temporary);
    expect(() => writeManifest(run.directory, manifest)).toThrow();
    expect(readManifest(run.directory).name).toBe('digits');
  });
});
