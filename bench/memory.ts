/** Memory of the engine's part over a run of twenty million points, against keeping them in arrays. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosisEngine } from '../src/diagnosis/engine.js';
import { RunRecorder, RUN_FILES } from '../src/engine/recorder/index.js';
import { decodeProbeMessage } from '../src/protocol/decodeTelemetry.js';
import { isConversation, type ProbeMessage } from '../src/protocol/telemetry.js';
import { RunState } from '../src/run/runState.js';
import { scratchFolder, scratchRun } from './lib/scratch.js';
import { megabytes, printTable } from './lib/table.mjs';
import { helloLine, SERIES_COUNT, stepsLine, STEPS_PER_LINE } from './lib/telemetry.js';

const MILLION = 1e6;
const MILESTONES = [1, 5, 10, 20];

interface Measured {
  /** Resident bytes after so many million points. */
  resident: number[];
  /** Size of the record, 0 for none. */
  disk: number;
}

type Sink = (message: ProbeMessage) => void;

function run(sink: Sink): number[] {
  const perLine = STEPS_PER_LINE * SERIES_COUNT;
  const resident: number[] = [];
  const feed = (line: string): void => {
    const message = decodeProbeMessage(line);
    if (message && !isConversation(message)) sink(message);
  };
  feed(helloLine);
  let points = 0;
  for (let line = 0; resident.length < MILESTONES.length; line++) {
    feed(stepsLine(line * STEPS_PER_LINE));
    points += perLine;
    if (points < (MILESTONES[resident.length] ?? 0) * MILLION) continue;
    globalThis.gc?.();
    resident.push(process.memoryUsage.rss());
  }
  return resident;
}

function measureEngine(): Measured {
  const directory = scratchRun(scratchFolder());
  const recorder = new RunRecorder(directory);
  const state = new RunState();
  const diagnosis = new DiagnosisEngine({ rules: {} });
  const resident = run((message) => {
    recorder.record(0, message);
    state.apply(0, message);
    recorder.findings(diagnosis.accept(0, message));
  });
  recorder.close();
  return { resident, disk: statSync(join(directory, RUN_FILES.metrics)).size };
}

function measureArrays(): Measured {
  const series = new Map<string, { step: number; time: number; value: unknown }[]>();
  const resident = run((message) => {
    if (message.type !== 'steps') return;
    for (const [name, values] of Object.entries(message.scalars)) {
      const points = series.get(name) ?? [];
      series.set(name, points);
      values.forEach((value, i) =>
        points.push({ step: message.first + i, time: message.time[i] ?? NaN, value }),
      );
    }
  });
  return { resident, disk: 0 };
}

const [, script = '', root = '', mode] = process.argv;

function inOwnProcess(name: string): Measured {
  const options = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, root, name];
  return JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })) as Measured;
}

if (mode === 'engine') console.log(JSON.stringify(measureEngine()));
else if (mode === 'arrays') console.log(JSON.stringify(measureArrays()));
else {
  const rows = [
    ['decode, record, understand, diagnose', inOwnProcess('engine')],
    ['a list of points a series', inOwnProcess('arrays')],
  ] as const;
  printTable(
    'Resident memory (MB) after so many million points',
    ['', ...MILESTONES.map(String), 'record on disk (MB)'],
    rows.map(([name, { resident, disk }]) => [name, ...resident.map(megabytes), disk ? megabytes(disk) : '']),
  );
}
