import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  createRunDirectory,
  newManifest,
  openRecordedRun,
  replayRun,
  RunRecorder,
  writeManifest,
} from '../../../src/engine/recorder/index.js';
import type { Finding, RunClient, RunStatus } from '../../../src/protocol/runApi.js';
import type { LossSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { formatText, text } from '../../../src/protocol/values.js';
import { useRunsFolder } from './runsFolder.js';
import { decodeFrame, hello, launchConfig, measuresOf, stepsOf } from './support.js';

const folder = useRunsFolder();

const lossSeen: LossSeen = {
  type: 'loss',
  id: 0,
  series: 'loss',
  label: 'total',
  optimizer: 0,
  function: 'cross_entropy',
  source: { file: '/project/train.py', line: 12 },
  pure: true,
  reduction: 'mean',
  classes: 10,
  elements: 64,
};

const finding: Finding = {
  id: 'a',
  rule: 'initial-loss',
  cause: null,
  severity: 'warning',
  step: 0,
  rank: 0,
  message: text('off'),
  explanation: text('why'),
  evidence: {},
  series: 'loss',
  source: null,
  fixes: [],
};

const resources: ProbeMessage = { type: 'resources', step: 10, time: 1.5, values: { 'gpu/0/memory': 1e9 } };
const session: ProbeMessage[] = [
  { ...hello, token: '' },
  lossSeen,
  { type: 'parameters', parameters: [parameter('first.weight'), parameter('last.bias')] },
  withEpochs(0, 200, 0),
  { type: 'validation', step: 200, time: 20.5, batches: 3, scalars: { 'validation/loss': 0.5 } },
  { type: 'epoch', epoch: 0, step: 200, time: 20.6 },
  withEpochs(200, 200, 1),
  measuresOf(350, [1, 2]),
  { type: 'metrics', step: 399, time: 40, values: { f1: 'NaN', 'a "b", c': 2 } },
  { type: 'bye', reason: 'finished', dropped: 0 },
];

function parameter(name: string): Extract<ProbeMessage, { type: 'parameters' }>['parameters'][number] {
  return { name, shape: [2], dtype: 'float32', device: 'cpu', layer: -1, optimizer: 0 };
}

function withEpochs(first: number, count: number, epoch: number): ProbeMessage {
  const steps = stepsOf(first, count, {
    loss: (step) => (step === 250 ? Infinity : 3 - step / 400),
    gradNorm: (step) => (step % 10 === 0 ? step : null),
  });
  return { ...steps, epoch: steps.time.map(() => epoch) };
}

function record(status: RunStatus, messages = session): string {
  const { id, directory } = createRunDirectory(folder.path, 'digits');
  const config = launchConfig(folder.path);
  const manifest = newManifest({ id, directory, config, command: ['python'], version: '0.1.0' });
  manifest.summary.status = status;
  writeManifest(directory, manifest);
  const recorder = new RunRecorder(directory);
  for (const message of messages) recorder.record(0, message);
  recorder.record(0, resources);
  recorder.findings([finding]);
  recorder.findings([{ ...finding, severity: 'error' }]);
  recorder.checks([{ rule: 'initial-loss', status: 'ran', reason: null }]);
  recorder.close();
  return directory;
}

describe('a recorded run', () => {
  it('tells all that the live one told', async () => {
    const directory = record('completed');
    writeFileSync(join(directory, 'console.log'), 'epoch 0\nepoch 1\n');
    const client = openRecordedRun(directory);
    const snapshot = await client.request('snapshot', {});
    expect(snapshot.series.map(({ name, points }) => [name, points])).toEqual([
      ['loss', 400],
      ['gradNorm', 40],
      ['validation/loss', 1],
      ['metric/f1', 1],
      ['metric/a "b", c', 1],
      ['gpu/0/memory', 1],
    ]);
    expect(snapshot.series[0]).toMatchObject({ label: 'total', firstStep: 0, lastStep: 399, max: 3 });
    expect(snapshot.losses[0]).toMatchObject({ label: 'total', expectedFormula: 'ln(10)' });
    expect(snapshot.epochs).toEqual([{ epoch: 0, step: 200, time: 20.6 }]);
    expect(snapshot.findings).toEqual([{ ...finding, severity: 'error' }]);
    expect(snapshot.checks).toHaveLength(1);
    expect(snapshot.console.map((chunk) => chunk.text).join('')).toBe('epoch 0\nepoch 1\n');
    client.dispose();
  });

  it('is drawn by step, epoch and time', async () => {
    const client = openRecordedRun(record('completed'));
    const frame = async (x: 'step' | 'epoch' | 'time'): Promise<number[]> => {
      const [gradNorm] = await client.request('frames', { rank: 0, series: ['gradNorm'], x, width: 100 });
      return gradNorm ? decodeFrame(gradNorm).x : [];
    };
    const steps = Array.from({ length: 40 }, (_, i) => i * 10);
    expect(await frame('step')).toEqual(steps);
    expect(await frame('epoch')).toEqual(steps.map((step) => step / 200));
    expect(await frame('time')).toEqual(steps.map((step) => step / 10));
    client.dispose();
  });

  it('has its heatmap', async () => {
    const client = openRecordedRun(record('completed'));
    const frame = await client.request('parameterFrame', { rank: 0, measure: 'gradNorm', width: 10 });
    expect(frame).toMatchObject({ names: ['first.weight', 'last.bias'], steps: [350] });
    client.dispose();
  });

  it('refuses controls and impossible requests in words', async () => {
    const client = openRecordedRun(record('completed'));
    await expect(client.request('pause', {})).rejects.toThrow('This run is over');
    await expect(client.request('stop', {})).rejects.toThrow('This run is over');
    const request = { rank: 0, series: ['loss'], x: 'step' as const, width: 0 };
    await expect(client.request('frames', request)).rejects.toThrow('at least one pixel');
    const missing = { rank: 0, series: ['nothing'], file: join(folder.path, 'x.csv') };
    await expect(client.request('exportCsv', missing)).rejects.toThrow('no series "nothing"');
    expect(readdirSync(folder.path).some((name) => name.includes('csv'))).toBe(false);
    client.dispose();
  });

  it('is a single file that a reader without the right to write can open', () => {
    const directory = record('completed');
    expect(readdirSync(directory).filter((name) => name.startsWith('metrics.db'))).toEqual(['metrics.db']);
  });
});

describe('a run exported as CSV', () => {
  it('has a row for each moment, exact values, and quoted names', async () => {
    const client = openRecordedRun(record('completed'));
    const file = join(folder.path, 'run.csv');
    const series = ['loss', 'gradNorm', 'metric/a "b", c', 'metric/f1'];
    expect(await client.request('exportCsv', { rank: 0, series, file })).toEqual({ rows: 401 });
    const lines = readFileSync(file, 'utf8').split('\r\n');
    expect(lines[0]).toBe('step,epoch,time,loss,gradNorm,"metric/a ""b"", c",metric/f1');
    expect(lines[1]).toBe('0,0,0,3,0,,');
    expect(lines[251]).toBe('250,1,25,Infinity,250,,');
    expect(lines[252]).toBe('251,1,25.1,2.3725,,,');
    expect(lines[401]).toBe('399,1,40,,,2,NaN');
    expect(lines.slice(402)).toEqual(['']);
    client.dispose();
  });
});

describe('a run replayed', () => {
  it('says again what its probe said, in the same order', () => {
    const replayed = [...replayRun(record('completed'))];
    expect(replayed.every(({ rank }) => rank === 0)).toBe(true);
    const messages = replayed.map(({ message }) => message);
    expect(messages.filter(({ type }) => type !== 'resources')).toEqual(session);
    expect(messages.filter(({ type }) => type === 'resources')).toEqual([resources]);
  });
});

describe('a run whose engine was killed', () => {
  it('has its summary from what was recorded', async () => {
    const directory = record('running');
    const gone = { pid: 2 ** 30, socket: '/nowhere', token: 't', startTime: 0 };
    writeFileSync(join(directory, 'engine.json'), JSON.stringify(gone));
    const client = openRecordedRun(directory);
    const { summary } = await client.request('snapshot', {});
    expect(summary).toMatchObject({
      status: 'lost',
      name: 'digits',
      steps: 400,
      epoch: 1,
      endedAt: hello.time + 40,
      loss: { first: 3, best: 3 - 399 / 400, bestStep: 399 },
      validation: { last: 0.5 },
      findings: { error: 1, warning: 0 },
    });
    client.dispose();
  });
});

describe('a damaged run', () => {
  it('without a manifest still shows its measurements', async () => {
    const directory = record('completed');
    writeFileSync(join(directory, 'run.json'), '{"schema": 1, "id": ');
    const client = openRecordedRun(directory);
    const { summary, series } = await client.request('snapshot', {});
    expect(summary).toMatchObject({ status: 'damaged', steps: 400 });
    expect(series).toHaveLength(6);
    client.dispose();
  });

  it('of which one part is unreadable still shows the others, and says what is missing', async () => {
    const directory = record('completed');
    const database = new DatabaseSync(join(directory, 'metrics.db'));
    database.exec(
      `UPDATE messages SET body = '{cut' WHERE type = 'validation'; UPDATE findings SET body = ''`,
    );
    database.close();
    const client = openRecordedRun(directory);
    const { series, losses, findings, checks, notices } = await client.request('snapshot', {});
    expect(series).toHaveLength(6);
    expect(losses).toHaveLength(1);
    expect(checks).toHaveLength(1);
    expect(findings).toEqual([]);
    expect(notices.map(({ message }) => message.args[0])).toEqual([
      expect.stringContaining('messages: '),
      expect.stringContaining('findings: '),
    ]);
    client.dispose();
  });

  it('with an unreadable database still shows its manifest, and says what is wrong', async () => {
    const damage: [(file: string) => void, string][] = [
      [(file) => writeFileSync(file, 'not a database at all'.repeat(100)), 'not a database'],
      [(file) => rmSync(file), 'metrics.db is missing'],
      [(file) => writeFileSync(file, ''), 'Nothing was recorded'],
      [(file) => writeFileSync(file, readFileSync(file).subarray(0, 5000)), 'malformed'],
    ];
    for (const [harm, reason] of damage) {
      const directory = record('completed');
      harm(join(directory, 'metrics.db'));
      await expectUnreadable(openRecordedRun(directory), reason);
    }
  });
});

async function expectUnreadable(client: RunClient, reason: string): Promise<void> {
  const { summary, series, notices } = await client.request('snapshot', {});
  expect(summary).toMatchObject({ status: 'completed', name: 'digits' });
  expect(series).toEqual([]);
  expect(notices.map(({ message }) => formatText(message)).join()).toContain(reason);
  const request = { rank: 0, series: ['loss'], x: 'step' as const, width: 10 };
  await expect(client.request('frames', request)).rejects.toThrow(reason);
  client.dispose();
}
