/** Readers of single options of a launch configuration; each throws a `LaunchError` that names the option. */
import { inspect } from 'node:util';
import { isAbsolute, resolve } from 'node:path';
import { type Text, text } from '../../protocol/values.js';
import { LaunchError } from './launchError.js';

export function readString(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be a text that is not empty, not {1}.',
      field,
      shown(value),
    ),
  );
}

/** A path, made absolute against `base`. */
export function readPath(value: unknown, field: string, base: string): string {
  const path = readString(value, field);
  if (path.includes('\0'))
    throw wrong(
      text('The option “{0}” of the launch configuration must be a path, not {1}.', field, shown(value)),
    );
  return isAbsolute(path) ? path : resolve(base, path);
}

export function readStrings(value: unknown, field: string): string[] {
  if (!Array.isArray(value))
    throw wrong(
      text(
        'The option “{0}” of the launch configuration must be a list of texts, not {1}.',
        field,
        shown(value),
      ),
    );
  return value.map((item, index) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number') return String(item);
    throw wrong(
      text(
        'The option “{0}” of the launch configuration must be a text, not {1}.',
        `${field}[${index}]`,
        shown(item),
      ),
    );
  });
}

export function readBoolean(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(
    text('The option “{0}” of the launch configuration must be true or false, not {1}.', field, shown(value)),
  );
}

/** A list each of whose objects `read` accepts. */
export function readObjects<T>(
  value: unknown,
  field: string,
  read: (item: Record<string, unknown>, field: string) => T,
): T[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      read(readObject(item, `${field}[${index}]`), `${field}[${index}]`),
    );
  }
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be a list of objects, not {1}.',
      field,
      shown(value),
    ),
  );
}

export function readObject(value: unknown, field: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw wrong(
    text('The option “{0}” of the launch configuration must be an object, not {1}.', field, shown(value)),
  );
}

export function readInteger(value: unknown, field: string, minimum: number, maximum: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
    return value;
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be a whole number from {1} to {2}, not {3}.',
      field,
      minimum,
      maximum,
      shown(value),
    ),
  );
}

export function readIntegers(value: unknown, field: string, minimum: number, maximum: number): number[] {
  if (!Array.isArray(value))
    throw wrong(
      text(
        'The option “{0}” of the launch configuration must be a list of whole numbers, not {1}.',
        field,
        shown(value),
      ),
    );
  return value.map((item, index) => readInteger(item, `${field}[${index}]`, minimum, maximum));
}

export function readChoice<T extends string>(value: unknown, field: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be one of {1}, not {2}.',
      field,
      choices.join(', '),
      shown(value),
    ),
  );
}

/** An object each of whose values `read` accepts. */
export function readRecord<T>(
  value: unknown,
  field: string,
  read: (item: unknown, field: string) => T,
): Record<string, T> {
  const object = readObject(value, field);
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => [key, read(item, `${field}.${key}`)]),
  );
}

export function readScalar(value: unknown, field: string): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be a text, a number, true or false, not {1}.',
      field,
      shown(value),
    ),
  );
}

export function readVariable(value: unknown, field: string): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(
    text(
      'The option “{0}” of the launch configuration must be a text, or null to remove the variable, not {1}.',
      field,
      shown(value),
    ),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The sentence's first argument is the name of the option. */
function wrong(sentence: Text): LaunchError {
  return new LaunchError(sentence, String(sentence.args[0]));
}

function shown(value: unknown): string {
  return inspect(value, { breakLength: Infinity }).slice(0, 80);
}
