import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { isTypeScript, versionAtLeast, type Interpreter } from './interpreters.js';
import { LaunchError } from './launchError.js';

/** Refuses a configuration whose files are not there, before anything is started. */
export function checkFiles(config: LaunchConfig): void {
  if (!isDirectory(config.cwd)) {
    throw new LaunchError(
      text('The working directory {0} does not exist. Correct “cwd”.', config.cwd),
      'cwd',
    );
  }
  if (config.resumeFrom !== undefined && !isFile(config.resumeFrom)) {
    throw new LaunchError(
      text('The checkpoint {0} does not exist or is not a file. Correct “resumeFrom”.', config.resumeFrom),
      'resumeFrom',
    );
  }
  if (config.program === undefined) return;
  try {
    accessSync(config.program, constants.R_OK);
  } catch {
    throw new LaunchError(
      text('The script {0} does not exist or cannot be read. Correct “program”.', config.program),
      'program',
    );
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** What comes after the interpreter. `probes` is `dist/probes`. */
export function buildArguments(config: LaunchConfig, interpreter: Interpreter, probes: string): string[] {
  const script = [...config.args, ...hyperparameterArguments(config.hyperparameters)];
  if (interpreter.runtime === 'node') return [...nodeArguments(config, interpreter, probes), ...script];
  return [...pythonArguments(config, probes), ...script];
}

function nodeArguments(config: LaunchConfig, interpreter: Interpreter, probes: string): string[] {
  if (config.program === undefined) {
    throw new LaunchError(text('“module” is for Python; a Node.js training needs “program”.'), 'module');
  }
  if (config.nprocPerNode !== undefined && config.nprocPerNode > 1) {
    throw new LaunchError(text('“nprocPerNode” is for PyTorch; leave it out for Node.js.'), 'nprocPerNode');
  }
  if (isTypeScript(config.program)) checkTypeScript(config, interpreter);
  const probe = ['--require', join(probes, 'tfjs', 'preload.cjs')];
  return [...probe, ...nodeDebugger(config), ...config.interpreterArgs, config.program];
}

function nodeDebugger({ debuggerPort }: LaunchConfig): string[] {
  return debuggerPort === undefined ? [] : [`--inspect-brk=127.0.0.1:${debuggerPort}`];
}

/** Node strips types by itself since 22.18; a loader such as tsx does it for older ones. */
function checkTypeScript(config: LaunchConfig, { version }: Interpreter): void {
  const strips = version !== null && versionAtLeast(version, 22, 18) && !/^v?23\.[0-5]\./.test(version);
  const loader = config.interpreterArgs.some((arg) =>
    /^(--import|--loader|--experimental-|--require|-r)/.test(arg),
  );
  if (strips || loader) return;
  throw new LaunchError(
    text(
      'Node.js {0} does not run TypeScript by itself: use 22.18 or newer, or set “interpreterArgs” to ["--import", "tsx"].',
      version ?? '',
    ),
    'program',
  );
}

function pythonArguments(config: LaunchConfig, probes: string): string[] {
  const target = config.module === undefined ? [config.program ?? ''] : ['-m', config.module];
  const processes = config.nprocPerNode ?? 1;
  if (processes > 1) {
    if (config.debuggerPort !== undefined) throw severalProcesses();
    const torchrun = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', String(processes)];
    return [...config.interpreterArgs, ...torchrun, ...target];
  }
  if (!ignoresPythonPath(config.interpreterArgs))
    return [...config.interpreterArgs, ...debugpy(config), ...target];
  if (config.debuggerPort !== undefined) throw ignoredEnvironment();
  return [...config.interpreterArgs, '-c', bootstrap(join(probes, 'pytorch', 'site'), config)];
}

function debugpy({ debuggerPort }: LaunchConfig): string[] {
  if (debuggerPort === undefined) return [];
  return ['-m', 'debugpy', '--listen', `127.0.0.1:${debuggerPort}`, '--wait-for-client'];
}

function severalProcesses(): LaunchError {
  return new LaunchError(
    text('“debugger” is for a single process: leave out “nprocPerNode”, or set “debugger” to false.'),
    'debugger',
  );
}

function ignoredEnvironment(): LaunchError {
  return new LaunchError(
    text('“debugger” does not go together with -E, -I or -S in “interpreterArgs”: leave one of them out.'),
    'debugger',
  );
}

/** -E and -I make Python ignore PYTHONPATH, -S makes it skip `sitecustomize`. */
function ignoresPythonPath(interpreterArgs: readonly string[]): boolean {
  return interpreterArgs.some((arg) => /^-[A-Za-z]*[EIS]/.test(arg));
}

/** Does what the environment does for other Pythons, then runs the target as Python itself would. */
function bootstrap(site: string, config: LaunchConfig): string {
  const isolated = config.interpreterArgs.some((arg) => /^-[A-Za-z]*I/.test(arg));
  const run =
    config.module === undefined
      ? [
          `sys.argv[0] = ${JSON.stringify(config.program ?? '')}`,
          isolated ? '' : 'sys.path[0] = os.path.dirname(sys.argv[0])',
          'runpy.run_path(sys.argv[0], run_name="__main__")',
        ]
      : [`runpy.run_module(${JSON.stringify(config.module)}, run_name="__main__", alter_sys=True)`];
  const load = [
    'import os, runpy, sys',
    `sys.path.insert(0, ${JSON.stringify(site)})`,
    'sys.modules.pop("sitecustomize", None)',
    'import sitecustomize',
    `sys.path[:] = [p for p in sys.path if p != ${JSON.stringify(site)}]`,
  ];
  return [...load, ...run].filter((line) => line !== '').join('\n');
}

/** `--name value` for each, in the order given. */
export function hyperparameterArguments(hyperparameters: LaunchConfig['hyperparameters']): string[] {
  return Object.entries(hyperparameters).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
