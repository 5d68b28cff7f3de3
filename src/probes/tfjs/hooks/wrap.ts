/** Marks a function as wrapped, so that no class is wrapped twice. */
const WRAPPED = Symbol('training-debugger.wrapped');

type Method = (this: never, ...args: never[]) => unknown;

function isWrapped(method: unknown): boolean {
  return typeof method === 'function' && WRAPPED in method;
}

/**
 * Replaces a method of an object by one around it, with the same name and length. Does nothing where there is none,
 * or where that is done already.
 */
export function wrap<F extends Method>(target: object, name: string, around: (original: F) => F): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function' || isWrapped(original)) return;
  const replacement = around(original as F);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(replacement, WRAPPED, { value: true });
  const found = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: found?.enumerable ?? false,
    value: replacement,
  });
}

/** A copy of a namespace of functions with each of them wrapped: the namespace itself may be frozen. */
export function wrapAll<F extends Method>(
  namespace: object,
  around: (original: F, name: string) => F,
): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...namespace };
  for (const [name, value] of Object.entries(copy)) {
    if (typeof value === 'function' && !isClass(value))
      wrap<F>(copy, name, (original) => around(original, name));
  }
  return copy;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
