/** How many scalar points a second one core takes in: decoded, recorded and diagnosed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosisEngine } from '../src/diagnosis/engine.js';
import { RunRecorder } from '../src/engine/recorder/index.js';
import { openDatabase } from '../src/engine/recorder/sqlite.js';
import { decodeProbeMessage } from '../src/protocol/decodeTelemetry.js';
import { isConversation } from '../src/protocol/telemetry.js';
import type { Steps } from '../src/protocol/telemetry.js';
import { RunState } from '../src/run/runState.js';
import { interleaved, timed, type Way } from './lib/measure.js';
import { scratchFolder, scratchRun } from './lib/scratch.js';
import { fixed, printTable, thousands } from './lib/table.mjs';
import { helloLine, SERIES_COUNT, stepsLine, STEPS_PER_LINE } from './lib/telemetry.js';

const LINES = 2000;
const POINTS = LINES * STEPS_PER_LINE * SERIES_COUNT;
const ROUNDS = 5;

const lines = Array.from({ length: LINES }, (_, i) => stepsLine(i * STEPS_PER_LINE));
const folder = scratchFolder();

function parseOnly(): number {
  return timed(() => lines.forEach((line) => JSON.parse(line) as unknown));
}

function decodeOnly(): number {
  return timed(() => lines.forEach((line) => decodeProbeMessage(line)));
}

/** What one would write first: a row a point, a thousand rows a transaction. */
function parseAndInsertRows(): number {
  const database = openDatabase(join(folder, 'rows.db'), { readOnly: false });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE points (series TEXT, step INTEGER, time REAL, value REAL); BEGIN');
  const insert = database.prepare('INSERT INTO points VALUES (?, ?, ?, ?)');
  let rows = 0;
  const time = timed(() => {
    for (const line of lines) {
      const message = JSON.parse(line) as Steps;
      for (const [series, values] of Object.entries(message.scalars)) {
        values.forEach((value, i) => {
          insert.run(series, message.first + i, message.time[i] ?? null, value);
          if (++rows % 1000 === 0) database.exec('COMMIT; BEGIN');
        });
      }
    }
    database.exec('COMMIT');
  });
  database.close();
  rmSync(join(folder, 'rows.db'));
  return time;
}

function decodeAndRecord(): number {
  const recorder = new RunRecorder(scratchRun(folder));
  return timed(() => {
    for (const line of [helloLine, ...lines]) {
      const message = decodeProbeMessage(line);
      if (message && !isConversation(message)) recorder.record(0, message);
    }
    recorder.close();
  });
}

/** All that the engine does with a line but the socket. */
function wholeEngine(): number {
  const recorder = new RunRecorder(scratchRun(folder));
  const state = new RunState();
  const diagnosis = new DiagnosisEngine({ rules: {} });
  return timed(() => {
    for (const line of [helloLine, ...lines]) {
      const message = decodeProbeMessage(line);
      if (!message || isConversation(message)) continue;
      recorder.record(0, message);
      state.apply(0, message);
      recorder.findings(diagnosis.accept(0, message));
    }
    recorder.close();
  });
}

const ways: Way[] = [
  { name: 'JSON.parse alone', run: parseOnly },
  { name: 'decode alone (parse and check)', run: decodeOnly },
  { name: 'decode, record', run: decodeAndRecord },
  { name: 'decode, record, understand, diagnose', run: wholeEngine },
  { name: 'JSON.parse, a SQLite row a point', run: parseAndInsertRows },
];
const times = await interleaved(ways, ROUNDS);
const engine = times[3] ?? NaN;
printTable(
  `Engine ingest: ${thousands(POINTS)} points in ${thousands(LINES)} lines, median of ${ROUNDS}`,
  ['', 'points/s', 'time against the whole engine'],
  ways.map(({ name }, i) => [
    name,
    thousands((POINTS / (times[i] ?? NaN)) * 1000),
    fixed((times[i] ?? NaN) / engine),
  ]),
);
