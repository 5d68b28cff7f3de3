// Finding a Python.
import path from 'node:path';
import { run } from './exec.mjs';
import { SetupError, warn } from './log.mjs';
import { isWindows, root } from './paths.mjs';

/** The clone's own environment (a link into the shared cache). */
export const ownEnvironment = path.join(root, '.venv');

/** The interpreter of a virtual environment. */
export const interpreterOf = (environment) =>
  path.join(environment, ...(isWindows ? ['Scripts', 'python.exe'] : ['bin', 'python']));

const question = `
import sys, importlib.util as u
print(sys.version_info[0], sys.version_info[1], u.find_spec("torch") is not None, sep=" ")`;

/**
 * What kind of Python a command starts.
 * @returns {Promise<{ command: string, minor: number, torch: boolean } | null>} null where it is none
 */
async function describe(command) {
  const { code, output } = await run(command, ['-c', question]);
  const [major, minor, torch] = output.trim().split(' ');
  return code === 0 && major === '3' ? { command, minor: Number(minor), torch: torch === 'True' } : null;
}

function candidates() {
  const active = process.env.VIRTUAL_ENV ? [interpreterOf(process.env.VIRTUAL_ENV)] : [];
  const onPath = isWindows ? ['python', 'py'] : ['python3', 'python', '/usr/bin/python3'];
  return [...active, interpreterOf(ownEnvironment), ...onPath];
}

/** A Python that can `import torch`, or null. The active environment comes first, then .venv, then PATH. */
export async function findPythonWithTorch() {
  for (const command of candidates()) {
    const python = await describe(command);
    if (python?.torch !== true) continue;
    const { code, output, tail } = await run(command, ['-c', 'import torch, sys; print(sys.executable)']);
    if (code === 0) return output.trim().split('\n').at(-1);
    warn(`${command} has PyTorch, but it does not load: ${tail.trim().split('\n').at(-1)}`);
  }
  return null;
}

/**
 * A Python to make an environment with.
 * @param {string[]} commands in order of preference
 * @param {(minor: number) => boolean} fits whether Python 3.<minor> will do
 * @param {string} wanted the same in words
 */
export async function findBasePython(commands, fits, wanted) {
  for (const command of commands) {
    const python = await describe(command);
    if (python !== null && fits(python.minor)) return python;
  }
  throw new SetupError(
    `No Python ${wanted} was found (looked for ${commands.join(', ')}).`,
    'Install it so that the command works in a terminal, then try again.',
  );
}
