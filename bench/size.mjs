// How large what ships is: each bundle minified as for a release, and compressed as in the VSIX.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { root } from '../scripts/lib/paths.mjs';
import { fixed, printTable, thousands } from './lib/table.mjs';

/** What each is loaded for. */
const bundles = {
  'dist/extension.js': 'the extension host, at activation',
  'dist/engine.js': 'one process a run',
  'dist/cli.js': 'the command',
  'dist/webview/panel.js': 'an open panel',
  'node_modules/chart.js/dist/chart.umd.js': 'for comparison: chart.js alone, all of it',
};

async function sizeOf(file) {
  const { code } = await esbuild.transform(await readFile(path.join(root, file), 'utf8'), { minify: true });
  return { minified: Buffer.byteLength(code), packed: gzipSync(code).length };
}

export async function measure() {
  const rows = [];
  for (const [file, use] of Object.entries(bundles)) {
    const { minified, packed } = await sizeOf(file);
    rows.push([file, use, thousands(minified / 1000), thousands(packed / 1000), fixed(packed / minified)]);
  }
  printTable('Bundles', ['file', 'loaded by', 'minified kB', 'compressed kB', 'ratio'], rows);
}
