/** Readers of single options of a launch configuration; each throws a `LaunchError` that names the option. */
import { inspect } from 'node:util';
import { isAbsolute, resolve } from 'node:path';
import { text } from '../../protocol/values.js';
import { LaunchError } from './launchError.js';

export function readString(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(field, 'a text that is not empty', value);
}

/** A path, made absolute against `base`. */
export function readPath(value: unknown, field: string, base: string): string {
  const path = readString(value, field);
  if (path.includes('\0')) throw wrong(field, 'a path', value);
  return isAbsolute(path) ? path : resolve(base, path);
}

export function readStrings(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list of texts', value);
  return value.map((item, index) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number') return String(item);
    throw wrong(`${field}[${index}]`, 'a text', item);
  });
}

export function readInteger(value: unknown, field: string, minimum: number, maximum: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  throw wrong(field, `a whole number from ${minimum} to ${maximum}`, value);
}

export function readIntegers(value: unknown, field: string, minimum: number, maximum: number): number[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list of whole numbers', value);
  return value.map((item, index) => readInteger(item, `${field}[${index}]`, minimum, maximum));
}

export function readChoice<T extends string>(value: unknown, field: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw wrong(field, `one of ${choices.join(', ')}`, value);
}

/** An object each of whose values `read` accepts. */
export function readRecord<T>(
  value: unknown,
  field: string,
  read: (item: unknown, field: string) => T,
): Record<string, T> {
  if (!isObject(value)) throw wrong(field, 'an object', value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, `${field}.${key}`)]));
}

export function readScalar(value: unknown, field: string): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(field, 'a text, a number, true or false', value);
}

export function readVariable(value: unknown, field: string): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(field, 'a text, or null to remove the variable', value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(field: string, expected: string, value: unknown): LaunchError {
  const given = inspect(value, { breakLength: Infinity }).slice(0, 80);
  return new LaunchError(
    text('The option “{0}” of the launch configuration must be {1}, not {2}.', field, expected, given),
    field,
  );
}
