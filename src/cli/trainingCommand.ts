/** Turns a command as typed, `python -m pkg --lr 0.1`, into what a launch configuration says. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { findOnPath } from '../engine/launch/executables.js';
import { UsageError } from './arguments.js';

export interface TypedCommand {
  program?: string;
  module?: string;
  args: string[];
  runtime?: 'python' | 'node';
  interpreter?: string;
  interpreterArgs?: string[];
}

const SCRIPTS = ['.py', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];
/** Options of the interpreters whose value is an argument of its own. */
const PYTHON_WITH_VALUE = ['-W', '-X', '--check-hash-based-pycs'];
const NODE_WITH_VALUE = [
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
];

/** Throws a `UsageError` for what cannot be observed. */
export function readTrainingCommand(argv: readonly string[], env: NodeJS.ProcessEnv): TypedCommand {
  const [first = '', ...rest] = argv;
  const name = basename(first).replace(/\.exe$/i, '');
  if (/^(python|pypy)[\d.]*w?$/i.test(name)) return readPython(first, rest);
  if (/^node(js)?$/i.test(name)) return readNode(first, rest);
  if (SCRIPTS.includes(extname(first)) && existsSync(first)) return { program: first, args: rest };
  const file = /[\\/]/.test(first) ? first : findOnPath(first, env);
  if (file === null || !existsSync(file)) throw new UsageError(`There is no command ${first}.`);
  const interpreter = pythonOfScript(file);
  if (interpreter !== null) return { program: file, args: rest, runtime: 'python', interpreter };
  throw new UsageError(
    `${first} is not a command that can be observed: use python, node, or a program written in Python such as torchrun.`,
  );
}

function readPython(interpreter: string, argv: readonly string[]): TypedCommand {
  const at = firstOperand(argv, PYTHON_WITH_VALUE, (option) => /^-[A-Za-z]*[mc]/.test(option));
  const operand = argv[at];
  const interpreterArgs = argv.slice(0, at);
  const common = { runtime: 'python' as const, interpreter, interpreterArgs };
  if (operand === undefined || operand === '-')
    throw new UsageError('Name the script to run: python train.py');
  if (!operand.startsWith('-')) return { ...common, program: operand, args: argv.slice(at + 1) };
  const short = /^-([A-Za-z]*?)([mc])(.*)$/.exec(operand);
  if (short?.[2] !== 'm') throw new UsageError('Code given with -c cannot be observed: put it into a file.');
  if (short[1]) interpreterArgs.push(`-${short[1]}`);
  const module = short[3] || argv[at + 1];
  if (!module) throw new UsageError('python -m needs a module.');
  return { ...common, module, args: argv.slice(short[3] ? at + 1 : at + 2) };
}

function readNode(interpreter: string, argv: readonly string[]): TypedCommand {
  const at = firstOperand(argv, NODE_WITH_VALUE, (option) => /^(-e|--eval|-p|--print)/.test(option));
  const program = argv[at];
  if (program === undefined || program === '-') throw new UsageError('Name the script to run: node train.js');
  if (program.startsWith('-'))
    throw new UsageError(`Code given with ${program} cannot be observed: put it into a file.`);
  return {
    runtime: 'node',
    interpreter,
    interpreterArgs: argv.slice(0, at),
    program,
    args: argv.slice(at + 1),
  };
}

/** Index of the first argument that is no option of the interpreter, or is one at which its options end. */
function firstOperand(
  argv: readonly string[],
  withValue: readonly string[],
  isLast: (option: string) => boolean,
): number {
  let at = 0;
  while (at < argv.length) {
    const argument = argv[at] ?? '';
    if (!argument.startsWith('-') || argument === '-') break;
    if (withValue.includes(argument)) at += 2;
    else if (isLast(argument)) break;
    else at++;
  }
  return at;
}

/** The Python that a script such as `torchrun` names in its first lines; null for anything else. */
function pythonOfScript(file: string): string | null {
  const head = readHead(file);
  const env = /^#!\s*\S*\/env\s+(python[\d.]*)\s*$/m.exec(head);
  if (env !== null) return env[1] ?? null;
  const direct = /^#!\s*"?([^"\n]*python[\d.]*)"?(?:\s|$)/.exec(head);
  if (direct !== null) return direct[1] ?? null;
  // What pip writes where the path is too long for a first line.
  return /^#!\s*\/bin\/sh\s*\n'''exec' "?([^"\n]*?python[\d.]*)"? "\$0"/.exec(head)?.[1] ?? null;
}

function readHead(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(1024);
    return bytes.toString('utf8', 0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}
