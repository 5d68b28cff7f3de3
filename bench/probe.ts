/** What observing costs a training: a step of the same script alone, with the probe, and with what people use today. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lowerQuartile } from './lib/measure.js';
import { scratchFolder } from './lib/scratch.js';
import { fixed, printTable } from './lib/table.mjs';

/** Steps that count, in one process. */
const MODELS = { mlp: 1000, cnn: 160, transformer: 160 };
type Model = keyof typeof MODELS;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

/** How the script is watched: the argument it gets, and whether the probe runs beside it. */
const WATCHED = [
  { name: 'alone', watcher: 'none', probe: false },
  { name: 'Training Debugger', watcher: 'none', probe: true },
  { name: 'wandb.watch, gradients each 10 steps', watcher: 'wandb', probe: false },
  { name: 'wandb.watch as it comes (each 1000 steps)', watcher: 'wandb-sparse', probe: false },
  { name: 'TensorBoard histograms each 10 steps', watcher: 'tensorboard', probe: false },
];

/** Seconds a step, in slices of twenty. */
interface Cost {
  wall: number[];
  cpu: number[];
}

const [, , root = ''] = process.argv;
const python = process.env['BENCH_PYTHON'] ?? 'python3';
const folder = scratchFolder();
/** A copy, so that a build meanwhile does not change what is measured. */
const dist = join(folder, 'dist');
cpSync(join(root, 'dist'), dist, { recursive: true });
cpSync(join(root, 'package.json'), join(folder, 'package.json'));
const environment = {
  ...process.env,
  OMP_NUM_THREADS: '1',
  PYTHONPATH: process.env['BENCH_PACKAGES'],
  WANDB_SILENT: 'true',
  WANDB_MODE: 'offline',
};

function measure(model: Model, watcher: string, probe: boolean): Cost {
  const script = [python, join(root, 'bench/probe/train.py'), model, String(MODELS[model]), watcher];
  const report = join(folder, 'report.json');
  const command = probe
    ? [process.execPath, join(dist, 'cli.js'), 'run', '--json', report, '--', ...script]
    : script;
  const [file = '', ...args] = command;
  const options = {
    cwd: folder,
    env: environment,
    encoding: 'utf8' as const,
    stdio: ['ignore', 'pipe', 'pipe'] as const,
  };
  const output = execFileSync(file, args, { ...options, stdio: [...options.stdio] });
  if (probe) expectObserved(report, MODELS[model]);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Cost;
}

/** A probe that saw nothing would cost nothing. */
function expectObserved(report: string, steps: number): void {
  const { run } = JSON.parse(readFileSync(report, 'utf8')) as { run: { steps: number } };
  if (run.steps < steps) throw new Error(`The probe saw ${run.steps} of ${steps} steps.`);
}

for (const model of Object.keys(MODELS) as Model[]) {
  const costs = WATCHED.map((): Cost[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    WATCHED.forEach(({ watcher, probe }, i) => costs[i]?.push(measure(model, watcher, probe)));
  }
  const of = (key: keyof Cost): number[] =>
    costs.map((all) => lowerQuartile(all.flatMap((cost) => cost[key])));
  const [wall, cpu] = [of('wall'), of('cpu')];
  const ratio = (values: number[], i: number): string => fixed((values[i] ?? NaN) / (values[0] ?? NaN), 3);
  const milliseconds = (values: number[], i: number): string => fixed((values[i] ?? NaN) * 1000, 2);
  printTable(
    `A step of the ${model}, CPU, one thread; ${ROUNDS} processes of ${MODELS[model]} steps each`,
    ['', 'CPU ms', 'ratio', 'wall ms', 'ratio'],
    WATCHED.map(({ name }, i) => [
      name,
      milliseconds(cpu, i),
      ratio(cpu, i),
      milliseconds(wall, i),
      ratio(wall, i),
    ]),
  );
}
