/** Opening a recorded series of ten million points, and zooming into it. */
import { join } from 'node:path';
import { openRecordedRun } from '../src/engine/recorder/index.js';
import { openDatabase } from '../src/engine/recorder/sqlite.js';
import type { FrameRequest, XAxis } from '../src/protocol/runApi.js';
import { interleaved, type Way } from './lib/measure.js';
import { recordLongRun, writeRows } from './lib/longRun.js';
import { scratchFolder, scratchRun } from './lib/scratch.js';
import { fixed, printTable } from './lib/table.mjs';

const POINTS = 10_000_000;
const WIDTH = 1200;
const ROUNDS = 9;

const folder = scratchFolder();
const directory = scratchRun(folder);
recordLongRun(directory, POINTS);
const rows = writeRows(join(folder, 'rows.db'), POINTS);

async function open(request: Partial<FrameRequest>): Promise<number> {
  const start = performance.now();
  const client = openRecordedRun(directory);
  await client.request('snapshot', {});
  await client.request('frames', { rank: 0, series: ['loss'], x: 'step', width: WIDTH, ...request });
  client.dispose();
  return performance.now() - start;
}

/** A range somewhere in the run, of so many points, of a run that is open already. */
async function zoom(points: number, x: XAxis): Promise<number> {
  const client = openRecordedRun(directory);
  await client.request('frames', { rank: 0, series: ['loss'], x, width: WIDTH });
  const from = Math.random() * (POINTS - points);
  const scale = x === 'time' ? 1e-3 : 1;
  const range = { from: from * scale, to: (from + points) * scale };
  const start = performance.now();
  await client.request('frames', { rank: 0, series: ['loss'], x, width: WIDTH, ...range });
  const time = performance.now() - start;
  client.dispose();
  return time;
}

/** Reads every row and thins them by minimum and maximum a pixel. */
function openRows(from = 0, to = POINTS): number {
  const start = performance.now();
  const database = openDatabase(rows, { readOnly: true });
  const bins = Array.from({ length: WIDTH }, () => ({ min: Infinity, max: -Infinity }));
  const statement = database.prepare(
    'SELECT step, value FROM points WHERE series = 1 AND step >= ? AND step < ?',
  );
  for (const row of statement.iterate(from, to)) {
    const bin = bins[Math.floor(((Number(row['step']) - from) / (to - from)) * WIDTH)];
    const value = Number(row['value']);
    if (!bin) continue;
    bin.min = Math.min(bin.min, value);
    bin.max = Math.max(bin.max, value);
  }
  database.close();
  return performance.now() - start;
}

const ways: Way[] = [
  { name: 'open and first frame, by step', run: () => open({}) },
  { name: 'open and first frame, by time', run: () => open({ x: 'time' }) },
  { name: 'zoom to 5,000,000 points', run: () => zoom(5_000_000, 'step') },
  { name: 'zoom to 500,000 points', run: () => zoom(500_000, 'step') },
  { name: 'zoom to 50,000 points', run: () => zoom(50_000, 'step') },
  { name: 'zoom to 500 points', run: () => zoom(500, 'step') },
  { name: 'zoom to 500,000 points, by time', run: () => zoom(500_000, 'time') },
];
const times = await interleaved(ways, ROUNDS);
const [whole, half] = await interleaved(
  [
    { name: 'all rows', run: () => openRows() },
    { name: 'half', run: () => openRows(2_500_000, 7_500_000) },
  ],
  1,
);
const baseline = [whole, whole, half];
printTable(
  `A series of 10,000,000 points, ${WIDTH} pixels wide, median of ${ROUNDS}`,
  ['', 'ms', 'every row read and thinned, ms', 'ratio'],
  ways.map(({ name }, i) => {
    const [time = NaN, rowTime] = [times[i], baseline[i]];
    return [name, fixed(time, 1), rowTime ? fixed(rowTime, 0) : '', rowTime ? fixed(rowTime / time, 0) : ''];
  }),
);
