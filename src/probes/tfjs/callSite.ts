import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLine } from '../../protocol/values.js';

const MAX_FRAMES = 60;
const maps = new Map<string, SourceMap | null>();

/** Functions of TensorFlow.js, by which its own code is known inside a script that a bundler made one file of. */
const FRAMEWORK =
  /^(?:.*\.)?(?:minimize|computeGradients|variableGrads|gradients|scopedRun|tidy|applyGradients)$/;

function readMap(file: string): SourceMap | null {
  const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(fs.readFileSync(file, 'utf8').slice(-16_000_000))?.[1];
  if (url === undefined) return null;
  const [, base64] = /^data:application\/json[^,]*;base64,(.*)$/.exec(url) ?? [];
  const json =
    base64 === undefined
      ? fs.readFileSync(path.resolve(path.dirname(file), decodeURIComponent(url)), 'utf8')
      : Buffer.from(base64, 'base64').toString('utf8');
  return new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
}

function mapOf(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) {
    try {
      map = readMap(file);
    } catch {
      map = null;
    }
    maps.set(file, map);
  }
  return map;
}

/** Where a place in what Node runs is in what the user wrote. */
export function original(place: SourceLine, column: number): SourceLine {
  const entry = mapOf(place.file)?.findEntry(place.line - 1, column - 1);
  if (!entry || !('originalSource' in entry) || typeof entry.originalSource !== 'string') return place;
  const source = entry.originalSource;
  const file = source.startsWith('file://')
    ? fileURLToPath(source)
    : path.resolve(path.dirname(place.file), source);
  return { ...place, file, line: entry.originalLine + 1 };
}

export function isUsers(file: string): boolean {
  return !/[\\/]node_modules[\\/]/.test(file) && !isOwn(file);
}

/** Whether a file is the probe's own. */
export function isOwn(file: string): boolean {
  return file.startsWith(__dirname + path.sep);
}

function fileOf(site: NodeJS.CallSite): string | undefined {
  const name = site.getFileName();
  return typeof name === 'string' ? fileOfUrl(name) : undefined;
}

/** Undefined for what is no file, as Node's own modules. */
export function fileOfUrl(name: string): string | undefined {
  if (name.startsWith('file://')) return fileURLToPath(name);
  return path.isAbsolute(name) ? name : undefined;
}

function placeOf(site: NodeJS.CallSite): SourceLine | undefined {
  const file = fileOf(site);
  const name = site.getFunctionName();
  if (file === undefined || !isUsers(file) || (name !== null && FRAMEWORK.test(name))) return undefined;
  const place: SourceLine = { file, line: site.getLineNumber() ?? 1 };
  if (name !== null) place.function = name;
  const mapped = original(place, site.getColumnNumber() ?? 1);
  return isUsers(mapped.file) ? mapped : undefined;
}

function sitesOf(capture: (target: object) => void): NodeJS.CallSite[] {
  const { stackTraceLimit } = Error;
  const prepare: unknown = Reflect.get(Error, 'prepareStackTrace');
  Error.stackTraceLimit = MAX_FRAMES;
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    const target: { stack?: unknown } = {};
    capture(target);
    return Array.isArray(target.stack) ? (target.stack as NodeJS.CallSite[]) : [];
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepare);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The innermost line of the user's own that led here; undefined after an `await` inside the framework. */
export function callSite(): SourceLine | undefined {
  for (const site of sitesOf((target) => Error.captureStackTrace(target, callSite))) {
    const place = placeOf(site);
    if (place) return place;
  }
  return undefined;
}

const FRAME = /^\s+at (?:(.*?) \()?((?:file:\/\/)?(?:\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/;

/** The user's own lines in the stack of an exception, innermost last. */
export function framesOf(stack: string): SourceLine[] {
  const frames: SourceLine[] = [];
  for (const line of stack.split('\n')) {
    const [, name, url, row, column] = FRAME.exec(line) ?? [];
    if (url === undefined) continue;
    const file = url.startsWith('file://') ? fileURLToPath(url) : url;
    if (!isUsers(file)) continue;
    const place: SourceLine = { file, line: Number(row) };
    if (name !== undefined) place.function = name.replace(/^async /, '');
    frames.push(original(place, Number(column)));
  }
  return frames.reverse();
}
