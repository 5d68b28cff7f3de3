/** Reads what the page says. It is trusted with nothing: a wrong field is named, and the message refused. */
import { CONTROL_ACTIONS, type FromPanel, type PanelRequest, type PanelView } from '../../protocol/panel.js';

export class PanelMessageError extends Error {}

/** Series, points and pixels that no sound page asks for. */
const MAX_SERIES = 1000;
const MAX_WIDTH = 20_000;
const MAX_PNG_BYTES = 64 * 1024 * 1024;

type Fields = Record<string, unknown>;

/** Throws a PanelMessageError that names the field. */
export function decodeFromPanel(data: unknown): FromPanel {
  const message = fields(data, 'message');
  switch (message['type']) {
    case 'ready':
      return { type: 'ready' };
    case 'request':
      return { type: 'request', id: integer(message, 'id'), request: decodeRequest(message['request']) };
    case 'view':
      return { type: 'view', view: decodeView(message['view']) };
    case 'error':
      return { type: 'error', message: text(message, 'message').slice(0, 10_000) };
    default:
      throw new PanelMessageError('type: not a message of the panel');
  }
}

/** The id of a request whose body may be wrong, so that it can be answered; null for anything else. */
export function requestId(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const id = (data as Fields)['id'];
  return (data as Fields)['type'] === 'request' && Number.isSafeInteger(id) ? (id as number) : null;
}

export function decodeView(data: unknown): PanelView {
  const view = fields(data, 'view');
  const smoothing = number(view, 'smoothing');
  if (smoothing < 0 || smoothing > 0.99) throw new PanelMessageError('smoothing: not from 0 to 0.99');
  return { x: axis(view), logScale: boolean(view, 'logScale'), smoothing, rank: integer(view, 'rank') };
}

function decodeRequest(data: unknown): PanelRequest {
  const request = fields(data, 'request');
  const kind = request['kind'];
  switch (kind) {
    case 'frames':
      return decodeFrames(request);
    case 'parameterFrame': {
      const measure = oneOf(request, 'measure', ['gradNorm', 'weightNorm', 'updateRatio'] as const);
      return { kind, rank: integer(request, 'rank'), measure, width: width(request) };
    }
    case 'control':
      return { kind, action: oneOf(request, 'action', CONTROL_ACTIONS) };
    case 'openSource':
      return { kind, file: text(request, 'file'), line: Math.max(1, integer(request, 'line')) };
    case 'openRule':
      return { kind, rule: ruleId(request) };
    case 'openConsole':
      return { kind };
    case 'exportCsv':
      return { kind, rank: integer(request, 'rank'), series: series(request) };
    case 'exportPng':
      return {
        kind,
        name: text(request, 'name')
          .replace(/[^\w-]+/g, '-')
          .slice(0, 80),
        data: png(request),
      };
    default:
      throw new PanelMessageError('kind: not a request of the panel');
  }
}

function decodeFrames(request: Fields): PanelRequest {
  const [from, to] = [optionalNumber(request, 'from'), optionalNumber(request, 'to')];
  return {
    kind: 'frames',
    rank: integer(request, 'rank'),
    series: series(request),
    x: axis(request),
    width: width(request),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function fields(data: unknown, name: string): Fields {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new PanelMessageError(`${name}: not an object`);
  return data as Fields;
}

function number(from: Fields, name: string): number {
  const value = from[name];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new PanelMessageError(`${name}: not a number`);
  return value;
}

function optionalNumber(from: Fields, name: string): number | undefined {
  return from[name] === undefined ? undefined : number(from, name);
}

function integer(from: Fields, name: string): number {
  const value = number(from, name);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new PanelMessageError(`${name}: not a whole number from 0 on`);
  return value;
}

function width(from: Fields): number {
  const value = integer(from, 'width');
  if (value < 1 || value > MAX_WIDTH) throw new PanelMessageError(`width: not from 1 to ${MAX_WIDTH}`);
  return value;
}

function text(from: Fields, name: string): string {
  const value = from[name];
  if (typeof value !== 'string' || value === '') throw new PanelMessageError(`${name}: not a text`);
  return value;
}

function boolean(from: Fields, name: string): boolean {
  const value = from[name];
  if (typeof value !== 'boolean') throw new PanelMessageError(`${name}: neither true nor false`);
  return value;
}

function oneOf<const T extends string>(from: Fields, name: string, values: readonly T[]): T {
  const value = values.find((one) => one === from[name]);
  if (value === undefined) throw new PanelMessageError(`${name}: none of ${values.join(', ')}`);
  return value;
}

function axis(from: Fields) {
  return oneOf(from, 'x', ['step', 'epoch', 'time'] as const);
}

function series(from: Fields): string[] {
  const value = from['series'];
  if (!Array.isArray(value) || value.length > MAX_SERIES)
    throw new PanelMessageError('series: not a list of names');
  return value.map((name) => (typeof name === 'string' ? name : fail('series: a name is not a text')));
}

function ruleId(from: Fields): string {
  const value = text(from, 'rule');
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? value : fail('rule: not the id of a rule');
}

function png(from: Fields): Uint8Array {
  const value = from['data'];
  if (!(value instanceof Uint8Array) || value.length > MAX_PNG_BYTES)
    throw new PanelMessageError('data: not a picture');
  return value;
}

function fail(message: string): never {
  throw new PanelMessageError(message);
}
