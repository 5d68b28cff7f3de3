/** Which Python or Node runs the script. */
import { execFile } from 'node:child_process';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { findOnPath, isExecutable } from './executables.js';
import { LaunchError } from './launchError.js';

type Environment = Readonly<Record<string, string | undefined>>;
export type Runtime = 'python' | 'node';

export interface Interpreter {
  runtime: Runtime;
  /** Absolute path. */
  file: string;
  /** Of Node; null for Python, whose version the probe tells. */
  version: string | null;
}

const run = promisify(execFile);
const PROBE_TIMEOUT = 20_000;
const OLDEST_NODE = 20;

const PYTHON_FILES = ['.py', '.pyw', '.pyc'];
const TYPESCRIPT_FILES = ['.ts', '.mts', '.cts'];
const NODE_FILES = ['.js', '.mjs', '.cjs', ...TYPESCRIPT_FILES];

export function isTypeScript(program: string): boolean {
  return TYPESCRIPT_FILES.includes(extname(program).toLowerCase());
}

/** Which runtime a configuration means where it does not say. */
export function runtimeOf(config: LaunchConfig): Runtime {
  if (config.runtime !== 'auto') return config.runtime;
  if (config.module !== undefined) return 'python';
  const kind = extname(config.program ?? '').toLowerCase();
  if (PYTHON_FILES.includes(kind)) return 'python';
  if (NODE_FILES.includes(kind)) return 'node';
  if (config.interpreter !== undefined && /python/i.test(config.interpreter)) return 'python';
  if (config.interpreter !== undefined && /node/i.test(config.interpreter)) return 'node';
  throw new LaunchError(
    text(
      '{0} is neither a Python nor a JavaScript or TypeScript file. Set “runtime” to python or node.',
      config.program ?? '',
    ),
    'runtime',
  );
}

/** Finds the interpreter; throws a `LaunchError` that says what to install or to set. */
export async function findInterpreter(config: LaunchConfig, env: Environment): Promise<Interpreter> {
  const runtime = runtimeOf(config);
  if (config.interpreter !== undefined) return given(config.interpreter, runtime, env);
  return runtime === 'python' ? findPython(config.workspace, env) : findNode(env);
}

async function given(interpreter: string, runtime: Runtime, env: Environment): Promise<Interpreter> {
  const file = /[\\/]/.test(interpreter) ? interpreter : findOnPath(interpreter, env);
  if (file === null || !isExecutable(file)) {
    throw new LaunchError(
      text(
        'The interpreter {0} does not exist or cannot be executed. Correct “interpreter” or leave it out.',
        interpreter,
      ),
      'interpreter',
    );
  }
  return runtime === 'python' ? { runtime, file, version: null } : checkedNode(file);
}

/** The first candidate that has torch; without any, the first, so that its own error is seen. */
async function findPython(workspace: string, env: Environment): Promise<Interpreter> {
  const candidates = pythonCandidates(workspace, env);
  const first = candidates[0];
  if (first === undefined) throw noPython();
  let chosen = first;
  for (const candidate of candidates) {
    if (!(await hasModule(candidate, 'torch', env))) continue;
    chosen = candidate;
    break;
  }
  return { runtime: 'python', file: chosen, version: null };
}

function pythonCandidates(workspace: string, env: Environment): string[] {
  const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const folders = [
    join(workspace, '.venv'),
    join(workspace, 'venv'),
    env['VIRTUAL_ENV'],
    env['CONDA_PREFIX'],
  ];
  const environments = folders
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, ...inside));
  const onPath = ['python3', 'python'].map((name) => findOnPath(name, env)).filter((file) => file !== null);
  return [...new Set([...environments.filter(isExecutable), ...onPath])];
}

/** Looks for the package without importing it, which would take seconds. */
export async function hasModule(python: string, name: string, env: Environment): Promise<boolean> {
  const program = `import importlib.util as u, sys; sys.exit(0 if u.find_spec("${name}") else 3)`;
  try {
    await run(python, ['-c', program], { env: { ...env }, timeout: PROBE_TIMEOUT, windowsHide: true });
    return true;
  } catch {
    return false;
  }
}

async function findNode(env: Environment): Promise<Interpreter> {
  const file = findOnPath('node', env);
  if (file !== null) return checkedNode(file);
  throw new LaunchError(
    text(
      'No Node.js was found on the PATH. Install Node.js {0} or newer, or set “interpreter” to one.',
      OLDEST_NODE,
    ),
    'interpreter',
  );
}

async function checkedNode(file: string): Promise<Interpreter> {
  let version: string;
  try {
    // A value, not the empty string, so that VS Code's own executable answers as Node too.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
    version = (
      await run(file, ['--version'], { env, timeout: PROBE_TIMEOUT, windowsHide: true })
    ).stdout.trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LaunchError(text('{0} does not run as Node.js: {1}', file, reason), 'interpreter');
  }
  if (versionAtLeast(version, OLDEST_NODE, 0)) return { runtime: 'node', file, version };
  throw new LaunchError(
    text(
      '{0} is Node.js {1}; training needs {2} or newer. Set “interpreter” to a newer one.',
      file,
      version,
      OLDEST_NODE,
    ),
    'interpreter',
  );
}

/** Whether `v22.18.0` is at least 22.18. */
export function versionAtLeast(version: string, major: number, minor: number): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(version);
  if (parts === null) return false;
  const [givenMajor, givenMinor] = [Number(parts[1]), Number(parts[2])];
  return givenMajor > major || (givenMajor === major && givenMinor >= minor);
}

function noPython(): LaunchError {
  return new LaunchError(
    text(
      'No Python was found: there is no .venv in the workspace and no python3 on the PATH. Install Python, or set “interpreter” to one.',
    ),
    'interpreter',
  );
}
