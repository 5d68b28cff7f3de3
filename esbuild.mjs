// Builds everything that ships, from one table. `--watch` rebuilds on change, `--production` minifies.
import { watch as fsWatch } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { writeNotices } from './scripts/lib/notices.mjs';
import * as tfjs from './src/probes/tfjs/entries.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const watch = flags.has('--watch');
const production = flags.has('--production');

/** Runs inside VS Code's own Node or the CLI's (Node 22.15 and newer). */
const ours = { platform: 'node', target: 'node22.15', format: 'cjs' };

/** Source, what it becomes in dist/, and esbuild's options for it. */
const bundles = [
  { from: 'src/extension.ts', to: 'extension.js', ...ours, external: ['vscode'] },
  { from: 'src/engine/main.ts', to: 'engine.js', ...ours },
  { from: 'src/cli.ts', to: 'cli.js', ...ours, banner: { js: '#!/usr/bin/env node' } },
  { from: 'webview/main.ts', to: 'webview/panel.js', platform: 'browser', target: 'es2022', format: 'iife' },
  ...tfjs.bundles,
];

const isProbeSource = (file) => !/(__pycache__|\.pyc$|(^|\/)tests?(\/|$))/.test(file);

/** Files and folders that ship as they are. */
const copies = [{ from: 'src/probes/pytorch', to: 'probes/pytorch', filter: isProbeSource }, ...tfjs.copies];

const options = ({ from, to, ...rest }) => ({
  entryPoints: [path.join(root, from)],
  outfile: path.join(root, 'dist', to),
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: production ? 'none' : 'inline',
  loader: { '.svg': 'text' },
  logLevel: 'warning',
  metafile: true,
  ...rest,
});

async function copyAll() {
  for (const { from, to, filter } of copies) {
    const source = path.join(root, from);
    const target = path.join(root, 'dist', to);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(source, target, {
      recursive: true,
      filter: (file) => filter === undefined || filter(path.relative(source, file)),
    });
  }
}

async function build() {
  if (production) await rm(path.join(root, 'dist'), { recursive: true, force: true });
  const built = await Promise.all(bundles.map((bundle) => esbuild.build(options(bundle))));
  await copyAll();
  if (production)
    await writeNotices(
      root,
      built.map(({ metafile }) => metafile),
    );
}

async function watchAll() {
  const contexts = await Promise.all(bundles.map((b) => esbuild.context(options(b))));
  await Promise.all(contexts.map((context) => context.watch()));
  await copyAll();
  for (const { from } of copies) fsWatch(path.join(root, from), { recursive: true }, () => void copyAll());
  console.log('[watch] built; waiting for changes');
}

await (watch ? watchAll() : build()).catch((error) => {
  if (!Array.isArray(error?.errors)) console.error(error);
  process.exitCode = 1;
});
