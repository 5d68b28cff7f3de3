// node_modules and dist/, brought up to date.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from './exec.mjs';
import { SetupError, step } from './log.mjs';
import { npm } from './npm.mjs';
import { localCache, root } from './paths.mjs';
import { hashOf, once } from './stamp.mjs';

const inRoot = (...names) => names.map((name) => path.join(root, name));

/** Installs the npm packages when package-lock.json changed. */
export async function installPackages() {
  const fresh = !existsSync(path.join(root, 'node_modules'));
  const key = await hashOf(inRoot('package-lock.json'));
  await once(path.join(root, 'node_modules', '.installed'), key, async () => {
    step('Installing npm packages');
    // `npm ci` is exact but begins by deleting node_modules, so only a fresh clone gets it.
    await npm([fresh ? 'ci' : 'install'], { cwd: root, problem: 'Could not install the npm packages.' });
  });
}

/** Builds dist/ when a source changed. */
export async function build() {
  const sources = inRoot('src', 'webview', 'esbuild.mjs', 'package-lock.json', 'package.json');
  const stamp = path.join(localCache, 'built');
  if (!existsSync(path.join(root, 'dist'))) await rm(stamp, { force: true });
  await once(stamp, await hashOf(sources), async () => {
    step('Building the extension');
    const { code, tail } = await run(process.execPath, ['esbuild.mjs'], { cwd: root });
    if (code !== 0)
      throw new SetupError('The build failed.', 'Mend the error above and run the command again.', tail);
  });
}
