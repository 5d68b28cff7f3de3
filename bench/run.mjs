// `npm run bench [-- NAME...]`: what the extension costs, each figure beside a baseline from the same run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { printFailure, SetupError } from '../scripts/lib/log.mjs';
import { ensureNode } from '../scripts/lib/node24.mjs';
import { localCache, root } from '../scripts/lib/paths.mjs';

/** In the order they run; each is `bench/<name>.ts`. */
const benches = ['ingest', 'memory', 'frames', 'paint', 'probe', 'activation', 'size'];

const folder = path.join(localCache, 'bench');

async function bundle(name) {
  const outfile = path.join(folder, `${name}.mjs`);
  await esbuild.build({
    entryPoints: [path.join(root, 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22.15',
    logLevel: 'warning',
  });
  return outfile;
}

async function runBench(node, name) {
  const script = await bundle(name);
  const options = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, root];
  const child = spawn(node, options, { stdio: 'inherit', cwd: root });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new SetupError(`The benchmark ${name} failed.`, 'See its output above.');
}

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !benches.includes(name));
  if (unknown)
    throw new SetupError(`There is no benchmark ${unknown}.`, `Choose from ${benches.join(', ')}.`);
  await mkdir(folder, { recursive: true });
  const node = await ensureNode();
  for (const name of asked.length > 0 ? asked : benches) await runBench(node, name);
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
