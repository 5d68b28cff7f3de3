/** The command line, read strictly: what is not known is refused with the nearest known. */
import { nearest } from '../engine/launch/nearest.js';

export class UsageError extends Error {}

export interface RunArguments {
  command: 'run';
  name: string | null;
  config: string | null;
  json: string | null;
  failOn: 'error' | 'warning' | null;
  /** What comes after `--`. */
  training: string[];
}

export interface RunsArguments {
  command: 'runs';
  json: boolean;
}

export type CliArguments = RunArguments | RunsArguments | { command: 'help' } | { command: 'version' };

const COMMANDS = ['run', 'runs'];
const RUN_OPTIONS = ['--name', '--config', '--json', '--fail-on'];

export function readArguments(argv: readonly string[]): CliArguments {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return { command: 'help' };
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === 'run') return readRun(rest);
  if (first === 'runs') return readRuns(rest);
  const kind = first.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`Unknown ${kind} ${first}.${suggestion(first, [...COMMANDS, '--help', '--version'])}`);
}

function readRun(argv: readonly string[]): CliArguments {
  const values = new Map<string, string>();
  let at = 0;
  for (; at < argv.length && argv[at] !== '--'; at++) {
    const [option, inline] = splitOption(argv[at] ?? '');
    if (option === '--help' || option === '-h') return { command: 'help' };
    if (!option.startsWith('-'))
      throw new UsageError(`Put “--” before the command: training-debugger run -- ${option} …`);
    if (!RUN_OPTIONS.includes(option)) throw unknownOption(option, RUN_OPTIONS);
    const value = inline ?? argv[++at];
    if (value === undefined || (inline === undefined && value === '--'))
      throw new UsageError(`${option} needs a value.`);
    values.set(option, value);
  }
  const training = argv.slice(at + 1);
  if (training.length === 0 && !values.has('--config')) {
    throw new UsageError('Nothing to run: training-debugger run -- python train.py');
  }
  const value = (option: string): string | null => values.get(option) ?? null;
  return {
    command: 'run',
    name: value('--name'),
    config: value('--config'),
    json: value('--json'),
    failOn: readFailOn(value('--fail-on')),
    training,
  };
}

function readRuns(argv: readonly string[]): CliArguments {
  if (argv.includes('--help') || argv.includes('-h')) return { command: 'help' };
  const unknown = argv.find((argument) => argument !== '--json');
  if (unknown !== undefined) throw unknownOption(unknown, ['--json']);
  return { command: 'runs', json: argv.includes('--json') };
}

/** `--json=FILE` as well as `--json FILE`. */
function splitOption(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  if (!argument.startsWith('--') || equals < 0) return [argument, undefined];
  return [argument.slice(0, equals), argument.slice(equals + 1)];
}

function readFailOn(value: string | null): RunArguments['failOn'] {
  if (value === null || value === 'error' || value === 'warning') return value;
  throw new UsageError(`--fail-on must be error or warning, not ${value}.`);
}

function unknownOption(option: string, known: readonly string[]): UsageError {
  return new UsageError(`Unknown option ${option}.${suggestion(option, known)}`);
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === null ? ` Known are: ${known.join(', ')}.` : ` Did you mean ${meant}?`;
}
