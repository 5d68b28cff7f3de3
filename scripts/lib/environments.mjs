// Making Python environments: today's PyTorch, and the oldest one the probe supports.
import { existsSync } from 'node:fs';
import { lstat, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { needDebianPackages } from './debian.mjs';
import { run } from './exec.mjs';
import { withLock } from './lock.mjs';
import { SetupError, step } from './log.mjs';
import { cacheDirectory, isWindows } from './paths.mjs';
import { findBasePython, interpreterOf, ownEnvironment } from './python.mjs';
import { hashOf, once } from './stamp.mjs';

const debian = existsSync('/usr/bin/apt-get');
const systemPython = '/usr/bin/python3';

/** Makes a virtual environment; on Debian's Python the venv module is a package of its own. */
async function makeEnvironment(python, environment, flags = []) {
  await rm(environment, { recursive: true, force: true });
  const args = ['-m', 'venv', ...flags, environment];
  let made = await run(python, args);
  if (made.code !== 0 && debian && made.output.concat(made.tail).includes('ensurepip')) {
    await needDebianPackages(['python3-venv'], 'Making a Python environment');
    await rm(environment, { recursive: true, force: true });
    made = await run(python, args);
  }
  if (made.code !== 0)
    throw new SetupError('Could not make a Python environment.', 'See the message above.', made.tail);
}

async function pipInstall(python, args, what) {
  const { code, tail } = await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...args]);
  if (code === 0) return;
  throw new SetupError(
    `Could not install ${what}.`,
    'Check the network connection and the free disk space, then try again.',
    tail,
  );
}

/** PyTorch's build without CUDA is ten times smaller; only some package indexes have it, as `+cpu`. */
async function smallerTorch(python, requirements) {
  const version = /^torch==(\S+)$/m.exec(await readFile(requirements, 'utf8'))?.[1];
  if (version === undefined || process.platform !== 'linux' || existsSync('/proc/driver/nvidia')) return [];
  const wanted = `torch==${version}+cpu`;
  const tried = await run(python, ['-m', 'pip', 'install', '--quiet', '--dry-run', '--no-deps', wanted]);
  return tried.code === 0 ? [wanted] : [];
}

/** A folder at `.venv` is the user's own and stays. */
async function linkEnvironment(environment) {
  const present = await lstat(ownEnvironment).catch(() => null);
  if (present?.isDirectory()) return;
  await rm(ownEnvironment, { force: true });
  await symlink(environment, ownEnvironment, isWindows ? 'junction' : 'dir');
}

/**
 * Makes `.venv` with what a requirements file names. The environment itself lies in the shared cache, so that
 * a second clone has it at once; `.venv` is a link to it.
 * @param {string} requirements path of the file
 * @param {string} purpose for the progress line
 * @returns {Promise<string>} its interpreter
 */
export async function ensureEnvironment(requirements, purpose) {
  const commands = isWindows ? ['python', 'py'] : ['python3', 'python', systemPython];
  const base = await findBasePython(commands, (minor) => minor >= 10, '3.10 or newer');
  const environment = path.join(cacheDirectory, `python-3.${base.minor}`);
  const python = interpreterOf(environment);
  await withLock(path.basename(environment), async () => {
    if (!existsSync(python)) await makeEnvironment(base.command, environment);
    const key = await hashOf([requirements]);
    await once(path.join(environment, 'installed', key), key, async () => {
      step(`Installing ${purpose} (once, a few minutes; several gigabytes where PyTorch comes with CUDA)`);
      await pipInstall(python, [...(await smallerTorch(python, requirements)), '-r', requirements], purpose);
    });
  });
  await linkEnvironment(environment);
  return python;
}

async function hasOldTorch(python) {
  const { code, output } = await run(python, ['-c', 'import torch; print(torch.__version__)']);
  return code === 0 && output.startsWith('1.13');
}

/** Debian's own PyTorch 1.13, seen from an environment that adds pytest. */
async function fromDebian(environment) {
  if (!debian) return false;
  if (!(await hasOldTorch(systemPython))) {
    const packages = ['python3-torch', 'python3-numpy', 'python3-venv'];
    await needDebianPackages(packages, 'The oldest supported PyTorch').catch(() => undefined);
    if (!(await hasOldTorch(systemPython))) return false;
  }
  await makeEnvironment(systemPython, environment, ['--system-site-packages']);
  return true;
}

async function fromPip(environment) {
  const commands = ['python3.10', 'python3.11', 'python3.9', 'python3.8', 'python3'];
  const base = await findBasePython(commands, (minor) => minor >= 8 && minor <= 11, '3.8 to 3.11');
  await makeEnvironment(base.command, environment);
  await pipInstall(interpreterOf(environment), ['torch==1.13.1', 'numpy<2'], 'PyTorch 1.13.1');
}

/**
 * A Python with PyTorch 1.13, the oldest the probe supports, and pytest: Debian's package, else from pip.
 * @param {string} requirements the file that pins pytest
 * @returns {Promise<string>} its interpreter
 */
export async function ensureOldPython(requirements) {
  const environment = path.join(cacheDirectory, 'python-torch-1.13');
  const pytest = /^pytest==\S+$/m.exec(await readFile(requirements, 'utf8'))?.[0] ?? 'pytest';
  await withLock(path.basename(environment), () =>
    once(path.join(environment, 'installed'), pytest, async () => {
      step('Setting up PyTorch 1.13, the oldest supported one');
      if (!(await fromDebian(environment))) await fromPip(environment);
      await pipInstall(interpreterOf(environment), [pytest], pytest);
    }),
  );
  return interpreterOf(environment);
}
