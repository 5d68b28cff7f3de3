import { basename } from 'node:path';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { readBreakpoints } from './breakpoints.js';
import {
  isObject,
  readBoolean,
  readChoice,
  readInteger,
  readIntegers,
  readPath,
  readRecord,
  readScalar,
  readString,
  readStrings,
  readVariable,
} from './fields.js';
import { LaunchError } from './launchError.js';
import { nearest } from '../../run/nearest.js';
import { readRules } from './rules.js';

export { LaunchError } from './launchError.js';

export interface LaunchDefaults {
  workspace: string;
  runsDirectory: string;
}

const MAX_GPU = 1023;
const MAX_PROCESSES = 1024;
const MAX_SEED = 2 ** 32 - 1;
const MAX_MEGABYTES = 1024 * 1024;
const MAX_SECONDS = 7 * 24 * 3600;
const MAX_PORT = 65535;

/** `debugger` is turned into a `debuggerPort` by the client that launches. */
type LaunchOption = Exclude<keyof LaunchConfig, 'breakpoints' | 'debuggerPort'> | 'debugger';

/** Options of a launch configuration, in the order in which they are documented. */
export const LAUNCH_OPTIONS: readonly LaunchOption[] = [
  'name',
  'program',
  'module',
  'args',
  'cwd',
  'env',
  'envFile',
  'runtime',
  'interpreter',
  'interpreterArgs',
  'gpus',
  'nprocPerNode',
  'hyperparameters',
  'seed',
  'rules',
  'stopOnEntry',
  'stepBackMemory',
  'pauseGrace',
  'resumeFrom',
  'debugger',
  'workspace',
  'runsDirectory',
];

/** What a client adds when it launches; no person writes it. */
const CLIENT_OPTIONS = new Set(['breakpoints', 'debuggerPort']);

/** What VS Code itself reads or writes in any launch configuration; names that begin with `__` are its own too. */
const VSCODE_OPTIONS = new Set([
  'type',
  'request',
  'preLaunchTask',
  'postDebugTask',
  'presentation',
  'internalConsoleOptions',
  'debugServer',
  'serverReadyAction',
  'noDebug',
  'suppressMultipleSessionWarning',
  'windows',
  'linux',
  'osx',
]);

/** Reads a launch configuration; throws a `LaunchError` that names the option at fault and says what it must be. */
export function parseLaunchConfig(raw: unknown, defaults: LaunchDefaults): LaunchConfig {
  if (!isObject(raw)) throw new LaunchError(text('The launch configuration must be an object.'));
  refuseUnknown(raw);
  const workspace =
    raw['workspace'] === undefined ? defaults.workspace : readPath(raw['workspace'], 'workspace', '/');
  const target = readTarget(raw, workspace);
  const path = (field: string): string | undefined =>
    optional(raw, field, (value) => readPath(value, field, workspace));
  return {
    name: optional(raw, 'name', readString) ?? target.module ?? basename(target.program ?? ''),
    workspace,
    runsDirectory: path('runsDirectory') ?? defaults.runsDirectory,
    ...target,
    args: optional(raw, 'args', readStrings) ?? [],
    cwd: path('cwd') ?? workspace,
    env: optional(raw, 'env', (value, field) => readRecord(value, field, readVariable)) ?? {},
    ...present('envFile', path('envFile')),
    runtime:
      optional(raw, 'runtime', (value, field) => readChoice(value, field, ['auto', 'python', 'node'])) ??
      'auto',
    ...present('interpreter', optional(raw, 'interpreter', readExecutable(workspace))),
    interpreterArgs: optional(raw, 'interpreterArgs', readStrings) ?? [],
    ...present(
      'gpus',
      optional(raw, 'gpus', (value, field) => readIntegers(value, field, 0, MAX_GPU)),
    ),
    ...present(
      'nprocPerNode',
      optional(raw, 'nprocPerNode', (v, field) => readInteger(v, field, 1, MAX_PROCESSES)),
    ),
    hyperparameters:
      optional(raw, 'hyperparameters', (value, field) => readRecord(value, field, readScalar)) ?? {},
    ...present(
      'seed',
      optional(raw, 'seed', (value, field) => readInteger(value, field, 0, MAX_SEED)),
    ),
    rules: optional(raw, 'rules', (value, field) => readRules(value, field)) ?? {},
    ...readDebugging(raw, workspace),
  };
}

/** How the run can be held, and where it goes on from. */
function readDebugging(raw: Record<string, unknown>, workspace: string): Partial<LaunchConfig> {
  optional(raw, 'debugger', readBoolean);
  const whole = (field: string, minimum: number, maximum: number): number | undefined =>
    optional(raw, field, (value) => readInteger(value, field, minimum, maximum));
  return {
    ...present('stopOnEntry', optional(raw, 'stopOnEntry', readBoolean)),
    ...present('stepBackMemory', whole('stepBackMemory', 0, MAX_MEGABYTES)),
    ...present('pauseGrace', whole('pauseGrace', 1, MAX_SECONDS)),
    ...present(
      'resumeFrom',
      optional(raw, 'resumeFrom', (value, field) => readPath(value, field, workspace)),
    ),
    ...present('breakpoints', optional(raw, 'breakpoints', readBreakpoints)),
    ...present('debuggerPort', whole('debuggerPort', 1, MAX_PORT)),
  };
}

function refuseUnknown(raw: Record<string, unknown>): void {
  for (const option of Object.keys(raw)) {
    if (VSCODE_OPTIONS.has(option) || CLIENT_OPTIONS.has(option) || option.startsWith('__')) continue;
    if (LAUNCH_OPTIONS.some((known) => known === option)) continue;
    throw unknownOption(option);
  }
}

function unknownOption(option: string): LaunchError {
  const meant = nearest(option, LAUNCH_OPTIONS);
  const problem =
    meant === null
      ? text(
          'The launch configuration has an unknown option “{0}”. Known are: {1}.',
          option,
          LAUNCH_OPTIONS.join(', '),
        )
      : text('The launch configuration has an unknown option “{0}”. Did you mean “{1}”?', option, meant);
  return new LaunchError(problem, option);
}

function readTarget(raw: Record<string, unknown>, workspace: string): { program?: string; module?: string } {
  const program = optional(raw, 'program', (value, field) => readPath(value, field, workspace));
  const module = optional(raw, 'module', readString);
  if (program !== undefined && module !== undefined) {
    throw new LaunchError(
      text('The launch configuration has both “program” and “module”: leave one out.'),
      'module',
    );
  }
  if (program !== undefined) return { program };
  if (module !== undefined) return { module };
  throw new LaunchError(
    text(
      'The launch configuration says nothing to run: set “program” to a script or “module” to a Python module.',
    ),
    'program',
  );
}

/** A path, or the bare name of a command to be found on the PATH. */
function readExecutable(workspace: string): (value: unknown, field: string) => string {
  return (value, field) => {
    const given = readString(value, field);
    return /[\\/]/.test(given) ? readPath(given, field, workspace) : given;
  };
}

/** VS Code gives options that are not set as undefined or, from a form, as null. */
function optional<T>(
  raw: Record<string, unknown>,
  field: string,
  read: (value: unknown, field: string) => T,
): T | undefined {
  const value = raw[field];
  return value === undefined || value === null ? undefined : read(value, field);
}

/** `{ [key]: value }`, or nothing where there is no value. */
function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
