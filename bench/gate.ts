/** What waiting at gates costs a training: a step alone, observed, gated, and gated with snapshots for going back. */
import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { ENVIRONMENT, type Gear } from '../src/protocol/telemetry.js';
import { scratchFolder } from './lib/scratch.js';
import { fixed, median, printTable } from './lib/table.mjs';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SETTLE = 100;
const STEPS = 400;

interface Cost {
  /** Seconds. */
  step: number;
  /** From saying a gate to its verdict, seconds. */
  wait: number | null;
}

const gear: Gear = { gated: true, kinds: ['step'], snapshotBytes: 0, grace: 30 };
const WAYS: { name: string; probe: boolean; gear?: Gear }[] = [
  { name: 'alone', probe: false },
  { name: 'observed, free-running', probe: true },
  { name: 'gated', probe: true, gear },
  { name: 'gated, with snapshots', probe: true, gear: { ...gear, snapshotBytes: 2 ** 28 } },
];

const [, , root = ''] = process.argv;
const python = process.env['BENCH_PYTHON'] ?? 'python3';
const socket = join(scratchFolder(), 's');

/** An engine that lets every gate pass at once. */
function answer(connection: Socket): void {
  connection.write('{"type":"welcome","version":1}\n');
  createInterface(connection).on('line', (line) => {
    const gate = /^\{"type":"gate","gate":(\d+)/.exec(line)?.[1];
    if (gate) connection.write(`{"type":"verdict","gate":${gate},"action":"go"}\n`);
  });
}

async function measure(way: (typeof WAYS)[number]): Promise<Cost> {
  const script = [join(root, 'bench/probe/gate.py'), String(SETTLE), String(STEPS)];
  const observed = {
    PYTHONPATH: join(root, 'src/probes/pytorch/site'),
    [ENVIRONMENT.socket]: `unix:${socket}`,
    [ENVIRONMENT.token]: 'bench',
    ...(way.gear && { [ENVIRONMENT.gear]: JSON.stringify(way.gear) }),
  };
  const env = { ...process.env, OMP_NUM_THREADS: '1', ...(way.probe && observed) };
  const child = spawn(python, script, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout)) as Cost;
}

const server = createServer(answer).listen(socket);
const costs = WAYS.map((): Cost[] => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, way] of WAYS.entries()) costs[i]?.push(await measure(way));
}
server.close();
printTable(
  `A step of a small network on one CPU thread; median of ${ROUNDS} runs of ${STEPS} steps`,
  ['', 'step µs', 'round trip µs'],
  WAYS.map(({ name }, i) => {
    const found = costs[i] ?? [];
    const waits = found.flatMap(({ wait }) => (wait === null ? [] : [wait]));
    return [
      name,
      fixed(median(found.map(({ step }) => step * 1e6)), 0),
      waits.length > 0 ? fixed(median(waits.map((wait) => wait * 1e6)), 0) : '',
    ];
  }),
);
