// `npm run eval`: how well the faults of test/corpus are found. Options are those of test/eval/main.ts:
//   npm run eval -- --only pytorch/healthy --seeds 1
//   npm run eval -- --check --markdown docs/evaluation.md
//   npm run eval -- --gallery        records test/gallery anew
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { printFailure } from './lib/log.mjs';
import { localCache, root } from './lib/paths.mjs';
import { Resources } from './lib/resources.mjs';

/** The bundle lies elsewhere than its sources, which look for files beside themselves. */
const ownFolders = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /test[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replaceAll(
        'import.meta.dirname',
        JSON.stringify(path.dirname(file)),
      ),
      loader: 'ts',
    }));
  },
};

async function bundle() {
  const { build } = await import('esbuild');
  const outfile = path.join(localCache, 'eval', 'main.mjs');
  await build({
    entryPoints: [path.join(root, 'test', 'eval', 'main.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22.15',
    logLevel: 'warning',
    plugins: [ownFolders],
  });
  return outfile;
}

try {
  const resources = new Resources();
  const env = await resources.environment(['packages', 'python', 'oldPython']);
  const node = await resources.get('node');
  const options = { stdio: 'inherit', cwd: root, env };
  const child = spawn(node, [await bundle(), ...process.argv.slice(2)], options);
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
