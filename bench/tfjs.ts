/** What observing costs a TensorFlow.js training on the embedded backend: a step of the same script with and without. */
import { join } from 'node:path';
import { printCosts } from './lib/costs.js';
import { ObservedRuns } from './lib/observed.js';
import { scratchFolder } from './lib/scratch.js';
import { takeTurns } from './lib/turns.js';

/** Steps of a turn that count, and those before them that do not. */
const MODELS = { mlp: { settle: 20, steps: 100 }, cnn: { settle: 10, steps: 40 } };
type Model = keyof typeof MODELS;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 11);

const [, , root = ''] = process.argv;
const folder = scratchFolder();
const observed = new ObservedRuns(root, folder);
/** Alone, the script loads what the probe would have given it. */
const env = {
  ...process.env,
  BENCH_TFJS: join(observed.dist, 'probes/tfjs/embedded.cjs'),
};

for (const model of Object.keys(MODELS) as Model[]) {
  const { settle, steps } = MODELS[model];
  const script = [
    process.execPath,
    join(root, 'bench/probe/train.cjs'),
    model,
    String(settle),
    String(steps),
  ];
  const contestants = [
    { name: 'alone', command: script },
    { name: 'alone again', command: script },
    { name: 'Training Debugger', command: observed.command(script) },
  ];
  const costs = await takeTurns(contestants, ROUNDS, { cwd: folder, env });
  observed.expectSteps((settle + steps) * (ROUNDS + 1));
  printCosts(
    `A step of the ${model} in TensorFlow.js; median of ${ROUNDS} turns of ${steps} steps`,
    contestants.map(({ name }) => name),
    costs,
  );
}
