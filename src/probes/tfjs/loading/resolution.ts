import Module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Settings } from '../environment.js';
import { wrap } from '../hooks/wrap.js';
import type { Training } from '../training.js';
import { Fallback } from './fallback.js';
import { isPackage } from './packages.js';
import type { HookData, Unused } from './resolveHook.js';

interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}
type Resolve = (
  specifier: string,
  context: { parentURL?: string },
  next: (specifier: string, context?: object) => Resolved,
) => Resolved;

/** The two ways to take part in `import`, by the age of Node. */
interface Hooks {
  registerHooks?(hooks: { resolve: Resolve }): void;
  register(
    specifier: string,
    options: { parentURL: string; data: unknown; transferList: MessagePort[] },
  ): void;
}

/** Gives scripts a TensorFlow.js that loads, for `require` and for `import`. */
export function resolvePackages(settings: Settings, training: Training): void {
  const fallback = new Fallback(settings, training);
  hookRequire(training, fallback);
  const hooks = Module as unknown as Hooks;
  if (hooks.registerHooks) hookImport(hooks.registerHooks.bind(hooks), training, fallback);
  else hookImportByThread(hooks.register.bind(hooks), settings, training, fallback);
}

function hookImportByThread(
  register: Hooks['register'],
  { embedded, fallback: allowed }: Settings,
  training: Training,
  fallback: Fallback,
): void {
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data: HookData = { embedded, fallback: allowed, port: port2 };
  const parentURL = pathToFileURL(path.join(__dirname, 'preload.cjs')).href;
  register('./resolveHook.mjs', { parentURL, data, transferList: [port2] });
  training.beforeRuntime = () => {
    const unused = receiveMessageOnPort(port1)?.message as Unused | undefined;
    if (unused) fallback.explain(unused.name, unused.folder);
  };
}

type ResolveFilename = (request: string, parent?: NodeJS.Module | null, ...rest: unknown[]) => string;

function hookRequire(training: Training, fallback: Fallback): void {
  wrap<ResolveFilename>(Module, '_resolveFilename', (original) => {
    return function (this: unknown, request, parent, ...rest): string {
      if (!isPackage(request)) return original.call(this, request, parent, ...rest);
      const folder = parent?.filename ? path.dirname(parent.filename) : process.cwd();
      const file = training.session.guard.run('fallback', () => fallback.decide(request, folder));
      return file ?? original.call(this, request, parent, ...rest);
    };
  });
}

function hookImport(
  register: NonNullable<Hooks['registerHooks']>,
  training: Training,
  fallback: Fallback,
): void {
  register({
    resolve(specifier, context, next) {
      if (!isPackage(specifier)) return next(specifier, context);
      const folder = context.parentURL?.startsWith('file:')
        ? path.dirname(fileURLToPath(context.parentURL))
        : process.cwd();
      const file = training.session.guard.run('fallback', () => fallback.decide(specifier, folder));
      return file
        ? { url: pathToFileURL(file).href, format: 'commonjs', shortCircuit: true }
        : next(specifier, context);
    },
  });
}
