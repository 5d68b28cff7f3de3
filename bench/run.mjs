// `npm run bench [-- NAME...]`: what the extension costs, each figure beside a baseline from the same run.
import path from 'node:path';
import { printFailure, SetupError } from '../scripts/lib/log.mjs';
import { ensureNode } from '../scripts/lib/node24.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { findPythonWithTorch } from '../scripts/lib/python.mjs';
import { bundle, runScript } from './lib/bundle.mjs';
import { preparePython } from './lib/packages.mjs';

/** In the order they run: those that measure the engine's own code, and those that drive something else. */
const benches = {
  ingest: runBundled,
  memory: runBundled,
  frames: runBundled,
  paint: runDriver,
  tfjs: runBundled,
  probe: async (node, name) => runBundled(node, name, { ...process.env, ...(await preparePython()) }),
  gate: async (node, name) =>
    runBundled(node, name, { ...process.env, BENCH_PYTHON: (await findPythonWithTorch()) ?? 'python3' }),
  activation: runDriver,
  size: runDriver,
};

async function runBundled(node, name, env) {
  await runScript(node, await bundle(`${name}.ts`), [root], env);
}

async function runDriver(node, name) {
  const { measure } = await import(`./${name}.mjs`);
  await measure(node);
}

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in benches));
  const names = Object.keys(benches);
  if (unknown) throw new SetupError(`There is no benchmark ${unknown}.`, `Choose from ${names.join(', ')}.`);
  const node = await ensureNode();
  await runScript(node, path.join(root, 'esbuild.mjs'), []);
  for (const name of asked.length > 0 ? asked : names) await benches[name](node, name);
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
