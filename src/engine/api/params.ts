/** Parameters of requests as they come from a socket, made sure of. */
import type { FrameRequest, RunMethod, RunRequests, XAxis } from '../../protocol/runApi.js';

type ServedMethod = Exclude<RunMethod, 'attach'>;
type Raw = Record<string, unknown>;

const MAX_WIDTH = 100_000;

const READERS: { [M in ServedMethod]: (raw: Raw) => RunRequests[M]['params'] } = {
  snapshot: () => ({}),
  frames: readFrameRequest,
  parameterFrame: (raw) => ({
    rank: integer(raw, 'rank', 0, Number.MAX_SAFE_INTEGER),
    measure: choice(raw, 'measure', ['gradNorm', 'weightNorm', 'updateRatio']),
    width: integer(raw, 'width', 1, MAX_WIDTH),
  }),
  exportCsv: (raw) => ({
    rank: integer(raw, 'rank', 0, Number.MAX_SAFE_INTEGER),
    series: strings(raw, 'series'),
    file: string(raw, 'file'),
  }),
  pause: () => ({}),
  resume: () => ({}),
  stop: () => ({}),
};

export function isServedMethod(method: string): method is ServedMethod {
  return Object.hasOwn(READERS, method);
}

/** Throws an error that names the parameter at fault. */
export function readParams<M extends ServedMethod>(method: M, params: unknown): RunRequests[M]['params'] {
  const raw = typeof params === 'object' && params !== null ? (params as Raw) : {};
  return READERS[method](raw);
}

function readFrameRequest(raw: Raw): FrameRequest {
  const range = {
    ...(raw['from'] === undefined ? {} : { from: finite(raw, 'from') }),
    ...(raw['to'] === undefined ? {} : { to: finite(raw, 'to') }),
  };
  return {
    rank: integer(raw, 'rank', 0, Number.MAX_SAFE_INTEGER),
    series: strings(raw, 'series'),
    x: choice<XAxis>(raw, 'x', ['step', 'epoch', 'time']),
    width: integer(raw, 'width', 1, MAX_WIDTH),
    ...range,
  };
}

function integer(raw: Raw, name: string, minimum: number, maximum: number): number {
  const value = raw[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  throw wrong(name, `a whole number from ${minimum} to ${maximum}`);
}

function finite(raw: Raw, name: string): number {
  const value = raw[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(name, 'a number');
}

function string(raw: Raw, name: string): string {
  const value = raw[name];
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, 'a text');
}

function strings(raw: Raw, name: string): string[] {
  const value = raw[name];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrong(name, 'a list of texts');
}

function choice<T extends string>(raw: Raw, name: string, choices: readonly T[]): T {
  const value = choices.find((candidate) => candidate === raw[name]);
  if (value !== undefined) return value;
  throw wrong(name, `one of ${choices.join(', ')}`);
}

function wrong(name: string, expected: string): Error {
  return new Error(`The parameter ${name} must be ${expected}.`);
}
