/** The command line, read strictly: what is not known is refused with the nearest known. */
import { nearest } from '../run/nearest.js';
import type { RuleSetting } from '../protocol/runApi.js';
import { readRuleArguments } from './ruleArguments.js';
import { UsageError } from './usageError.js';

export { UsageError } from './usageError.js';

/** What `run` and `replay` do with what was found. */
export interface ResultArguments {
  json: string | null;
  html: string | null;
  failOn: 'error' | 'warning' | null;
  /** Of `--rule` and `--threshold`: over what the configuration says. */
  rules: Record<string, RuleSetting>;
}

export interface RunArguments extends ResultArguments {
  command: 'run';
  name: string | null;
  config: string | null;
  /** Checkpoint to go on from. */
  resume: string | null;
  /** What comes after `--`. */
  training: string[];
}

export interface ReplayArguments extends ResultArguments {
  command: 'replay';
  /** Directory of a run, or its id in the folder's runs. */
  run: string;
}

export interface RunsArguments {
  command: 'runs';
  json: boolean;
}

export type CliArguments =
  | RunArguments
  | ReplayArguments
  | RunsArguments
  | { command: 'dap' }
  | { command: 'help' }
  | { command: 'version' };

const COMMANDS = ['run', 'replay', 'runs', 'dap'];
const RESULT_OPTIONS = ['--json', '--html', '--fail-on', '--rule', '--threshold'];
const RUN_OPTIONS = ['--name', '--config', '--resume', ...RESULT_OPTIONS];

export function readArguments(argv: readonly string[]): CliArguments {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return { command: 'help' };
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === 'run') return readRun(rest);
  if (first === 'replay') return readReplay(rest);
  if (first === 'runs') return readRuns(rest);
  if (first === 'dap') return readDap(rest);
  const kind = first.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`Unknown ${kind} ${first}.${suggestion(first, [...COMMANDS, '--help', '--version'])}`);
}

function readRun(argv: readonly string[]): CliArguments {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const { options, operands, help } = readOptions(argv.slice(0, end), RUN_OPTIONS);
  if (help) return { command: 'help' };
  const [stray] = operands;
  if (stray !== undefined)
    throw new UsageError(`Put “--” before the command: training-debugger run -- ${stray} …`);
  const training = argv.slice(end + 1);
  const config = options.last('--config');
  if (training.length === 0 && config === null) {
    throw new UsageError('Nothing to run: training-debugger run -- python train.py');
  }
  const named = { name: options.last('--name'), config, resume: options.last('--resume') };
  return { command: 'run', ...named, ...readResult(options), training };
}

function readReplay(argv: readonly string[]): CliArguments {
  const { options, operands, help } = readOptions(argv, RESULT_OPTIONS);
  if (help) return { command: 'help' };
  const [run, stray] = operands;
  if (run === undefined)
    throw new UsageError('Name the run: training-debugger replay RUN (see training-debugger runs)');
  if (stray !== undefined) throw new UsageError(`One run at a time: ${stray} is one too many.`);
  return { command: 'replay', run, ...readResult(options) };
}

function readRuns(argv: readonly string[]): CliArguments {
  if (argv.includes('--help') || argv.includes('-h')) return { command: 'help' };
  const unknown = argv.find((argument) => argument !== '--json');
  if (unknown !== undefined) throw unknownOption(unknown, ['--json']);
  return { command: 'runs', json: argv.includes('--json') };
}

function readDap(argv: readonly string[]): CliArguments {
  if (argv.includes('--help') || argv.includes('-h')) return { command: 'help' };
  const [unknown] = argv;
  if (unknown !== undefined)
    throw new UsageError(
      `dap takes no arguments, but ${unknown} was given: what to run comes from the client.`,
    );
  return { command: 'dap' };
}

interface Options {
  last(option: string): string | null;
  all(option: string): readonly string[];
}

/** Options of the form `--name VALUE` and `--name=VALUE`, and what stands between them. */
function readOptions(
  argv: readonly string[],
  known: readonly string[],
): { options: Options; operands: string[]; help: boolean } {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const [option, inline] = splitOption(argv[at] ?? '');
    if (option === '--help' || option === '-h') return { options: optionsOf(values), operands, help: true };
    if (!option.startsWith('-')) {
      operands.push(option);
      continue;
    }
    if (!known.includes(option)) throw unknownOption(option, known);
    const value = inline ?? argv[++at];
    if (value === undefined) throw new UsageError(`${option} needs a value.`);
    values.set(option, [...(values.get(option) ?? []), value]);
  }
  return { options: optionsOf(values), operands, help: false };
}

function optionsOf(values: ReadonlyMap<string, string[]>): Options {
  return {
    last: (option) => values.get(option)?.at(-1) ?? null,
    all: (option) => values.get(option) ?? [],
  };
}

function readResult(options: Options): ResultArguments {
  return {
    json: options.last('--json'),
    html: options.last('--html'),
    failOn: readFailOn(options.last('--fail-on')),
    rules: readRuleArguments(options.all('--rule'), options.all('--threshold')),
  };
}

/** `--json=FILE` as well as `--json FILE`. */
function splitOption(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  if (!argument.startsWith('--') || equals < 0) return [argument, undefined];
  return [argument.slice(0, equals), argument.slice(equals + 1)];
}

function readFailOn(value: string | null): ResultArguments['failOn'] {
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
