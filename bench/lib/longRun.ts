/** One series of very many points: recorded as a run, and as rows of a plain table. */
import { newManifest, RunRecorder, writeManifest } from '../../src/engine/recorder/index.js';
import { openDatabase } from '../../src/engine/recorder/sqlite.js';
import { hello } from './telemetry.js';

const BATCH = 1000;

/** A falling loss with noise, and a spike now and then. */
export function lossAt(step: number): number {
  const noise = Math.sin(step * 12.9898) * 0.1;
  return Math.fround(2.3 * Math.exp(-step / 3e6) + noise + (step % 1_234_567 === 99 ? 20 : 0));
}

/** A finished run with a loss at every step, a millisecond each. */
export function recordLongRun(directory: string, points: number): void {
  const recorder = new RunRecorder(directory);
  recorder.record(0, hello);
  for (let first = 0; first < points; first += BATCH) {
    const steps = Array.from({ length: BATCH }, (_, i) => first + i);
    const time = steps.map((step) => step / 1000);
    recorder.record(0, { type: 'steps', first, time, scalars: { loss: steps.map(lossAt) } });
  }
  recorder.close();
  writeFinishedManifest(directory, points);
}

function writeFinishedManifest(directory: string, steps: number): void {
  const id = directory.split(/[\\/]/).at(-1) ?? '';
  const config = {
    ...{
      name: 'bench',
      workspace: directory,
      runsDirectory: directory,
      program: '/train.py',
      args: [],
      cwd: '/',
    },
    ...{ env: {}, runtime: 'python' as const, interpreterArgs: [], hyperparameters: {}, rules: {} },
  };
  const manifest = newManifest({ id, directory, config, command: ['python'], version: '0.0.0' });
  manifest.status = 'completed';
  Object.assign(manifest.summary, {
    status: 'completed',
    steps,
    endedAt: manifest.startedAt + steps / 1000,
    ranks: 1,
  });
  writeManifest(directory, manifest);
}

/** The same points, a row each, found by step through an index. */
export function writeRows(file: string, points: number): string {
  const database = openDatabase(file, { readOnly: false });
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  database.exec(
    'CREATE TABLE points (series INTEGER, step INTEGER, time REAL, value REAL, PRIMARY KEY (series, step)) WITHOUT ROWID; BEGIN',
  );
  const insert = database.prepare('INSERT INTO points VALUES (1, ?, ?, ?)');
  for (let step = 0; step < points; step++) insert.run(step, step / 1000, lossAt(step));
  database.exec('COMMIT');
  database.close();
  return file;
}
