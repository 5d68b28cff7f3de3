import { inspect } from 'node:util';
import type { Variable } from '../../../protocol/inspection.js';
import { isTensor, type EngineLike } from '../tensorflow.js';
import type { References } from './references.js';
import { tensorVariable } from './tensors.js';

const MAX_TEXT = 200;

export interface Context {
  engine: EngineLike;
  references: References;
}

export function cut(value: string, most = MAX_TEXT): string {
  return value.length > most ? `${value.slice(0, most - 1)}…` : value;
}

/** A value without parts, as a person reads it. */
export function plain(name: string, value: string | number | boolean): Variable {
  return { name, value: String(value), reference: 0 };
}

/** A number with as many digits as a person compares. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/** Any value of the script's. @param path an expression that has this value, where there is one */
export function describeValue(context: Context, name: string, value: unknown, path?: string): Variable {
  if (isTensor(value)) return tensorVariable(context, name, value, path);
  const shown = {
    name,
    value: preview(value),
    type: typeOf(value),
    ...(path !== undefined && { evaluateName: path }),
  };
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return { ...shown, reference: 0 };
  return { ...shown, ...parts(context, value, path) };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  const prototype: unknown = Object.getPrototypeOf(value);
  const made: unknown = (prototype as { constructor?: unknown } | null)?.constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'Object';
}

/** Looks at nothing that would run code of the script's. */
function preview(value: unknown): string {
  if (typeof value === 'function') return `ƒ ${value.name}`;
  const options = { depth: 0, breakLength: Infinity, maxArrayLength: 8, maxStringLength: MAX_TEXT, customInspect: false };
  return cut(inspect(value, options));
}

type Parts = Pick<Variable, 'reference' | 'named' | 'indexed'>;

function parts(context: Context, value: object, path: string | undefined): Parts {
  const list = listOf(value);
  const names = Reflect.ownKeys(value).filter((key) => !list || !/^\d+$|^length$/.test(String(key)));
  if (names.length === 0 && !list) return { reference: 0 };
  const reference = context.references.add({
    named: () => names.map((key) => property(context, value, key, path)),
    ...(list && {
      indexed: {
        count: list.length,
        page: (start: number, count: number) =>
          Array.from({ length: count }, (_, i) =>
            describeValue(context, `[${start + i}]`, list[start + i], path && `${path}[${start + i}]`),
          ),
      },
    }),
    set: (name, given) => {
      if (!Reflect.set(value, /^\[\d+\]$/.test(name) ? name.slice(1, -1) : name, given))
        throw new TypeError(`${name} cannot be set.`);
      return describeValue(context, name, given);
    },
    nameOf: (name) => (path === undefined ? name : `${path}${access(name)}`),
  });
  return { reference, named: names.length, ...(list && { indexed: list.length }) };
}

/** Elements by index of what has them; of a map or a set in the order they were put in. */
function listOf(value: object): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (ArrayBuffer.isView(value) && 'length' in value) return value as unknown as ArrayLike<unknown>;
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  return undefined;
}

export function access(name: string): string {
  if (/^\[\d+\]$/.test(name)) return name;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function property(context: Context, owner: object, key: string | symbol, path: string | undefined): Variable {
  const name = String(key);
  const inner = path === undefined || typeof key === 'symbol' ? undefined : `${path}${access(name)}`;
  const found = Reflect.getOwnPropertyDescriptor(owner, key);
  if (found?.get) return getter(context, owner, key, inner);
  const shown = describeValue(context, name, found?.value, inner);
  return found?.writable && typeof key === 'string' ? { ...shown, editable: true } : shown;
}

/** Runs code of the script's, so only when a person wants it. */
function getter(context: Context, owner: object, key: string | symbol, path: string | undefined): Variable {
  const named = (): Variable[] => [describeValue(context, String(key), Reflect.get(owner, key), path)];
  return { name: String(key), value: '(…)', reference: context.references.add({ named }), lazy: true };
}
