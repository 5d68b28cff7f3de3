// `npm run panel -- RUN_DIRECTORY`: the panel over a run, live or recorded, in a plain browser on loopback.
import { spawn } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { printFailure } from './lib/log.mjs';
import { ensureNode } from './lib/node24.mjs';
import { localCache, root } from './lib/paths.mjs';

const folder = path.join(localCache, 'panel');
const common = { bundle: true, logLevel: 'warning', sourcemap: 'inline' };

async function build() {
  await mkdir(folder, { recursive: true });
  await Promise.all([
    esbuild.build({
      ...common,
      entryPoints: [path.join(root, 'webview/main.ts')],
      outfile: path.join(folder, 'panel.js'),
      format: 'iife',
      target: 'es2022',
    }),
    esbuild.build({
      ...common,
      entryPoints: [path.join(root, 'src/ui/panel/browserMain.ts')],
      outfile: path.join(folder, 'server.cjs'),
      platform: 'node',
      target: 'node22.15',
    }),
    copyFile(path.join(root, 'webview/standalone/themes.css'), path.join(folder, 'themes.css')),
  ]);
}

try {
  await build();
  const start = `require(${JSON.stringify(path.join(folder, 'server.cjs'))})
    .main(process.argv.slice(1), ${JSON.stringify(folder)})
    .catch((error) => { console.error(error.message); process.exitCode = 1; });`;
  const options = ['--disable-warning=ExperimentalWarning', '-e', start, '--', ...process.argv.slice(2)];
  const server = spawn(await ensureNode(), options, { stdio: 'inherit' });
  server.on('exit', (code) => (process.exitCode = code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill());
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
