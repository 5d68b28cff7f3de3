/**
 * Small decoders for values that came as JSON. A decoder hands back the very value it was given, once it has proven
 * its type, so nothing is copied and nothing is lost; where it does not fit it throws `Mismatch`, and every container
 * on the way out adds its own key to the path.
 */
import type { Base64Float32, SourceLine, Text, WireNumber } from './values.js';

/** What was expected, and where: `steps.scalars.loss[3]`. */
export class Mismatch extends Error {
  readonly path: (string | number)[] = [];

  constructor(readonly expectation: string) {
    super(expectation);
  }

  at(key: string | number): this {
    this.path.unshift(key);
    return this;
  }
}

/** `.scalars.loss[3]` */
export function pathOf(keys: readonly (string | number)[]): string {
  const rest = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return rest.join('');
}

export type Decoder<T> = (value: unknown) => T;

/** Marks a field that may be absent. */
export interface Optional<T> {
  optional: Decoder<T>;
}

/** A decoder for each field of T: a field of the protocol that is forgotten here does not compile. */
export type Fields<T> = {
  [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Decoder<T[K]>;
};

type Json = Record<string, unknown>;

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  const json = JSON.stringify(value);
  return json.length <= 40 ? json : `${json.slice(0, 37)}…`;
}

export function expected(what: string, got: unknown): Mismatch {
  return new Mismatch(`expected ${what}, got ${describe(got)}`);
}

/** Runs a decoder on what is under a key, so that a failure names the key. */
export function under<T>(key: string | number, decode: Decoder<T>, value: unknown): T {
  try {
    return decode(value);
  } catch (error) {
    throw error instanceof Mismatch ? error.at(key) : error;
  }
}

function guard<T>(what: string, fits: (value: unknown) => boolean): Decoder<T> {
  return (value) => {
    if (fits(value)) return value as T;
    throw expected(what, value);
  };
}

const atLeast = (value: unknown, least: number) => Number.isInteger(value) && (value as number) >= least;

export const string = guard<string>('a string', (value) => typeof value === 'string');
export const boolean = guard<boolean>('true or false', (value) => typeof value === 'boolean');
/** JSON numbers are finite, but for those too large for a double. */
export const number = guard<number>('a number', (value) => Number.isFinite(value));
export const count = guard<number>('an integer of at least 0', (value) => atLeast(value, 0));
export const index = guard<number>('an integer of at least -1', (value) => atLeast(value, -1));

function isWireNumber(value: unknown): boolean {
  return Number.isFinite(value) || value === 'NaN' || value === 'Infinity' || value === '-Infinity';
}

const WIRE_NUMBER = 'a number, "NaN", "Infinity" or "-Infinity"';
export const wireNumber = guard<WireNumber>(WIRE_NUMBER, isWireNumber);

/** One tight loop, since nearly all of a run is in such arrays. */
export function measuredArray(value: unknown): (WireNumber | null)[] {
  if (!Array.isArray(value)) throw expected('an array', value);
  const items: unknown[] = value;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item !== null && !isWireNumber(item)) throw expected(`${WIRE_NUMBER}, or null`, item).at(i);
  }
  return items as (WireNumber | null)[];
}

export const base64Float32 = guard<Base64Float32>(
  'base64 of whole float32 numbers',
  (value) =>
    typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) && base64Bytes(value) % 4 === 0,
);

/** Bytes that a base64 text stands for; not a whole number where its length is wrong. */
function base64Bytes(value: string): number {
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  return (value.length / 4) * 3 - padding;
}

export function oneOf<T extends string>(...words: readonly T[]): Decoder<T> {
  const what = words.map((word) => `"${word}"`).join(' or ');
  return guard<T>(what, (value) => (words as readonly unknown[]).includes(value));
}

export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value) => (value === null ? null : decode(value));
}

export function optional<T>(decode: Decoder<T>): Optional<T> {
  return { optional: decode };
}

export function array<T>(decode: Decoder<T>): Decoder<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw expected('an array', value);
    const items: unknown[] = value;
    items.forEach((item, i) => under(i, decode, item));
    return items as T[];
  };
}

function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected('an object', value);
  return value as Json;
}

export function record<T>(decode: Decoder<T>): Decoder<Record<string, T>> {
  return (value) => {
    const json = asObject(value);
    for (const key of Object.keys(json)) under(key, decode, json[key]);
    return json as Record<string, T>;
  };
}

/** Fields that are not listed are left alone: a newer probe may say more. */
export function object<T>(fields: Fields<T>): Decoder<T> {
  const entries = Object.entries<Decoder<unknown> | Optional<unknown>>(fields);
  return (value) => {
    const json = asObject(value);
    for (const [key, field] of entries) {
      if (typeof field === 'function') under(key, field, json[key]);
      else if (json[key] !== undefined) under(key, field.optional, json[key]);
    }
    return json as T;
  };
}

export const sourceLine = object<SourceLine>({
  file: string,
  line: guard<number>('a line number of at least 1', (value) => atLeast(value, 1)),
  function: optional(string),
});

export const textMessage = object<Text>({
  template: string,
  args: array(
    guard<string | number>('a string or a number', (v) => typeof v === 'string' || Number.isFinite(v)),
  ),
});
