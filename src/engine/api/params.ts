/** Parameters of requests as they come from a socket, made sure of. */
import { INSPECT_METHODS, type InspectCall } from '../../protocol/inspection.js';
import type {
  Advance,
  ExceptionBreakpoint,
  FrameRequest,
  FunctionBreakpoint,
  RunMethod,
  RunRequests,
  XAxis,
} from '../../protocol/runApi.js';

type ServedMethod = Exclude<RunMethod, 'attach'>;
type Raw = Record<string, unknown>;

const MAX_WIDTH = 100_000;

const ADVANCES: readonly Advance[] = ['continue', 'over', 'into', 'out', 'back', 'skip'];

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
  setBreakpoints: (raw) => ({
    owner: string(raw, 'owner'),
    exceptions: objects(raw, 'exceptions', readExceptionBreakpoint),
    functions: objects(raw, 'functions', readFunctionBreakpoint),
  }),
  advance: (raw) => ({ how: choice(raw, 'how', ADVANCES) }),
  inspect: (raw) => ({ rank: integer(raw, 'rank', 0, Number.MAX_SAFE_INTEGER), call: readCall(raw['call']) }),
  measures: (raw) => ({ rank: integer(raw, 'rank', 0, Number.MAX_SAFE_INTEGER) }),
  stop: () => ({}),
};

export function isServedMethod(method: string): method is ServedMethod {
  return Object.hasOwn(READERS, method);
}

/** Throws an error that names the parameter at fault. */
export function readParams<M extends ServedMethod>(method: M, params: unknown): RunRequests[M]['params'] {
  return READERS[method](asRaw(params));
}

function asRaw(value: unknown): Raw {
  return typeof value === 'object' && value !== null ? (value as Raw) : {};
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

function readExceptionBreakpoint(raw: Raw): ExceptionBreakpoint {
  return { filter: string(raw, 'filter'), ...readCondition(raw) };
}

function readFunctionBreakpoint(raw: Raw): FunctionBreakpoint {
  return { expression: anyString(raw, 'expression'), ...readCondition(raw) };
}

function readCondition(raw: Raw): { condition?: string } {
  return raw['condition'] === undefined ? {} : { condition: anyString(raw, 'condition') };
}

/** The probe looks at the parameters of a call; only the method is ours to know. */
function readCall(call: unknown): InspectCall {
  const raw = asRaw(call);
  const method = choice(raw, 'method', INSPECT_METHODS);
  return { method, params: asRaw(raw['params']) } as InspectCall;
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

function anyString(raw: Raw, name: string): string {
  const value = raw[name];
  if (typeof value === 'string') return value;
  throw wrong(name, 'a text');
}

function objects<T>(raw: Raw, name: string, read: (raw: Raw) => T): T[] {
  const value = raw[name];
  if (Array.isArray(value)) return value.map((item) => read(asRaw(item)));
  throw wrong(name, 'a list');
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
