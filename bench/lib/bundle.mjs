// The benchmarks that run the engine's own code: bundled, and run in a process of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { SetupError } from '../../scripts/lib/log.mjs';
import { localCache, root } from '../../scripts/lib/paths.mjs';

/** @param {string} entry path below `bench/` of a TypeScript file @returns {Promise<string>} what to run */
export async function bundle(entry) {
  const outfile = path.join(localCache, 'bench', `${path.basename(entry, '.ts')}.mjs`);
  await esbuild.build({
    entryPoints: [path.join(root, 'bench', entry)],
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

/** Runs a script to its end; its output is ours. */
export async function runScript(node, script, args, env = process.env) {
  const options = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, ...args];
  const [code] = await once(spawn(node, options, { stdio: 'inherit', cwd: root, env }), 'exit');
  if (code !== 0) throw new SetupError(`${path.basename(script)} failed.`, 'See its output above.');
}
