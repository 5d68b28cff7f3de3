// Writes src/contributions.ts into package.json and package.nls.json.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { outputFiles } = await esbuild.build({
  entryPoints: [path.join(root, 'src/contributions/write.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const { writeContributions } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
const stale = writeContributions(root);
console.log(stale.length === 0 ? 'up to date' : `written: ${stale.join(', ')}`);
