/**
 * Takes part in `import` where Node has no synchronous hooks (before 22.15). Runs in a thread of Node's own, so it
 * cannot load a native package to see whether that works: one whose binding is there is believed.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { installed } from './installed.js';
import { embeddedFile, isPackage, NATIVE, type PackageName } from './packages.js';

interface Context {
  parentURL?: string;
}
interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}

/** What the preload script hands over. */
export interface HookData {
  embedded: boolean;
  fallback: boolean;
  /** Hears of each package that was not used, as `Unused`. */
  port: MessagePort;
}

export interface Unused {
  name: PackageName;
  folder: string;
}

let options: HookData;

export function initialize(data: HookData): void {
  options = data;
}

export async function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<Resolved>,
): Promise<Resolved> {
  if (!isPackage(specifier) || !context.parentURL?.startsWith('file:')) return next(specifier, context);
  const folder = path.dirname(fileURLToPath(context.parentURL));
  const isThere = installed(specifier, folder).state === 'present';
  if (!options.embedded && (isThere || !options.fallback)) return next(specifier, context);
  options.port.postMessage({ name: specifier, folder } satisfies Unused);
  const native = NATIVE.find((name) => installed(name, folder).state === 'present');
  if (native && !options.embedded) return next(native, context);
  return {
    url: new URL(embeddedFile(specifier), import.meta.url).href,
    format: 'commonjs',
    shortCircuit: true,
  };
}
