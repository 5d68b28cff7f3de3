/** What observing costs a training: a step of the same script alone, with the probe, and with what people use today. */
import { join } from 'node:path';
import { printCosts } from './lib/costs.js';
import { ObservedRuns } from './lib/observed.js';
import { scratchFolder } from './lib/scratch.js';
import { takeTurns } from './lib/turns.js';

/** Steps of a turn that count, and those before them that do not. */
const MODELS = {
  mlp: { settle: 30, steps: 120 },
  cnn: { settle: 10, steps: 30 },
  transformer: { settle: 10, steps: 30 },
};
type Model = keyof typeof MODELS;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 11);

/** How the script is watched: the argument it gets, and whether the probe runs beside it. */
const WATCHED = [
  { name: 'alone', watcher: 'none', probe: false },
  { name: 'alone again', watcher: 'none', probe: false },
  { name: 'Training Debugger', watcher: 'none', probe: true },
  { name: 'wandb.watch, gradients each 10 steps', watcher: 'wandb', probe: false },
  { name: 'wandb.watch as it comes (each 1000 steps)', watcher: 'wandb-sparse', probe: false },
  { name: 'TensorBoard histograms each 10 steps', watcher: 'tensorboard', probe: false },
];

const [, , root = ''] = process.argv;
const python = process.env['BENCH_PYTHON'] ?? 'python3';
const folder = scratchFolder();
const observed = new ObservedRuns(root, folder);
const env = {
  ...process.env,
  OMP_NUM_THREADS: '1',
  // Else glibc gives memory back and takes it again at every step or not, by chance: a tenth of a small step.
  MALLOC_TRIM_THRESHOLD_: '4000000000',
  MALLOC_MMAP_THRESHOLD_: '4000000000',
  PYTHONPATH: process.env['BENCH_PACKAGES'],
  WANDB_SILENT: 'true',
  WANDB_MODE: 'offline',
};

function commandOf(model: Model, watcher: string, probe: boolean): string[] {
  const { settle, steps } = MODELS[model];
  const script = [python, join(root, 'bench/probe/train.py'), model, String(settle), String(steps), watcher];
  return probe ? observed.command(script) : script;
}

for (const model of Object.keys(MODELS) as Model[]) {
  const { settle, steps } = MODELS[model];
  const contestants = WATCHED.map(({ name, watcher, probe }) => ({
    name,
    command: commandOf(model, watcher, probe),
  }));
  const costs = await takeTurns(contestants, ROUNDS, { cwd: folder, env });
  observed.expectSteps((settle + steps) * (ROUNDS + 1));
  printCosts(
    `A step of the ${model} on one CPU thread; median of ${ROUNDS} turns of ${steps} steps`,
    WATCHED.map(({ name }) => name),
    costs,
  );
}
