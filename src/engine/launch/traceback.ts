/** What a script's last words on stderr say: the exception and the line of the user's own code it came from. */
import { isAbsolute, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLine } from '../../protocol/values.js';

export interface Raised {
  /** `ModuleNotFoundError`, `TypeError` … */
  kind: string;
  message: string;
  source: SourceLine | null;
}

const PYTHON_FRAME = /^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$/;
/** Stands at the margin, where frames and their code are indented. */
const PYTHON_ERROR = /^([A-Za-z_][\w.]*)(?:: ?(.*))?$/;
const NODE_FRAME = /^\s+at (?:(.+?) \()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]+?):(\d+):\d+\)?$/;
const NODE_ERROR = /^(?:Uncaught )?([A-Z]\w*(?:Error|Exception)|Error)(?: \[[A-Z_]+\])?: (.*)$/;
const NOT_THE_USERS =
  /[\\/](site-packages|dist-packages|node_modules|lib[\\/]python\d|lib64[\\/]python\d)[\\/.]|[\\/]probes[\\/](pytorch|tfjs)[\\/]/;

/** Reads the last traceback of Python or Node in the output; null where there is none. */
export function lastRaised(output: string, cwd: string): Raised | null {
  const lines = output.replace(/\r/g, '').split('\n');
  return pythonRaised(lines, cwd) ?? nodeRaised(lines);
}

/** The last that comes from the user's own code, since a launcher such as torchrun adds one of its own; else the last. */
function pythonRaised(lines: readonly string[], cwd: string): Raised | null {
  const plain = lines.map((line) => line.replace(/^\[rank\d+\]:\s?/, ''));
  const all = blockStarts(plain)
    .reverse()
    .flatMap((start) => readBlock(plain.slice(start), cwd) ?? []);
  return all.find(({ source }) => source !== null) ?? all[0] ?? null;
}

function readBlock(block: readonly string[], cwd: string): Raised | null {
  const end = block.findIndex((line) => PYTHON_ERROR.test(line));
  const error = PYTHON_ERROR.exec(block[end] ?? '');
  if (error === null) return null;
  const source = userFrame(pythonFrames(block.slice(0, end), cwd));
  return { kind: error[1] ?? '', message: error[2] ?? '', source };
}

/** Indices of the first frames. A syntax error in the script itself has no heading. */
function blockStarts(lines: readonly string[]): number[] {
  const starts = lines.flatMap((line, at) =>
    line.startsWith('Traceback (most recent call last):') ? [at + 1] : [],
  );
  const error = lastIndex(lines, /^(SyntaxError|IndentationError|TabError): /);
  const from = Math.max(0, error - 5);
  const frame = lines.slice(from, Math.max(0, error)).findLastIndex((line) => PYTHON_FRAME.test(line));
  return frame < 0 ? starts : [...starts, from + frame];
}

function pythonFrames(block: readonly string[], cwd: string): SourceLine[] {
  return block.flatMap((line) => {
    const frame = PYTHON_FRAME.exec(line);
    if (frame === null || frame[1]?.startsWith('<') === true) return [];
    const file = frame[1] ?? '';
    const where = { file: isAbsolute(file) ? file : resolve(cwd, file), line: Number(frame[2]) };
    return [frame[3] === undefined ? where : { ...where, function: frame[3] }];
  });
}

/** Node prints the innermost frame first; it goes last here. */
function nodeRaised(lines: readonly string[]): Raised | null {
  const at = lastIndex(lines, NODE_ERROR);
  const error = NODE_ERROR.exec(lines[at] ?? '');
  if (error === null) return null;
  const frames = lines.slice(at + 1).flatMap((line) => nodeFrame(line));
  return { kind: error[1] ?? '', message: error[2] ?? '', source: userFrame(frames.reverse()) };
}

function nodeFrame(line: string): SourceLine[] {
  const frame = NODE_FRAME.exec(line);
  if (frame === null) return [];
  const path = frame[2] ?? '';
  const where = { file: path.startsWith('file:') ? fileURLToPath(path) : path, line: Number(frame[3]) };
  return [frame[1] === undefined ? where : { ...where, function: frame[1] }];
}

/** The innermost frame in the user's own files; `frames` go from the outermost to the innermost. */
function userFrame(frames: readonly SourceLine[]): SourceLine | null {
  return frames.findLast(({ file }) => !NOT_THE_USERS.test(file.split(sep).join('/'))) ?? null;
}

function lastIndex(lines: readonly string[], pattern: RegExp): number {
  return lines.findLastIndex((line) => pattern.test(line));
}
