import Module from 'node:module';
import type { Exports } from '../tensorflow.js';
import type { Training } from '../training.js';
import { hookCore } from './core.js';
import { hookLayers } from './layers.js';
import { wrap } from './wrap.js';

/** Files whose exports are TensorFlow.js: published bundles, and the embedded one. */
const FRAMEWORK_FILE = /[\\/](?:tfjs(?:-core|-layers)?[\\/]dist[\\/]tf[^\\/]*\.js|embedded(?:Node)?\.cjs)$/;

/** Sees every CommonJS module when it has been loaded, also those that an `import` loads. */
export function hookModules(training: Training): void {
  wrap<(this: NodeJS.Module, filename: string) => void>(Module.prototype, 'load', (original) => {
    return function (this: NodeJS.Module, filename): void {
      original.call(this, filename);
      if (!FRAMEWORK_FILE.test(filename)) return;
      training.session.guard.run('hooks', () => hookExports(training, this.exports as Exports));
    };
  });
}

const hooked = new WeakSet<object>();

function hookExports(training: Training, exports: Exports): void {
  rememberVersions(training, exports);
  if (isPlain(exports, 'SGDOptimizer') && once(exports['SGDOptimizer'])) hookCore(training, exports);
  if (isPlain(exports, 'LayersModel') && once(exports['LayersModel'])) hookLayers(training, exports);
}

/** A package that only passes on what another exports has getters; what it passes on is hooked already. */
function isPlain(exports: Exports, name: string): boolean {
  return typeof Object.getOwnPropertyDescriptor(exports, name)?.value === 'function';
}

function once(value: unknown): boolean {
  if (hooked.has(value as object)) return false;
  hooked.add(value as object);
  return true;
}

function rememberVersions({ session }: Training, exports: Exports): void {
  for (const name of ['core', 'layers']) {
    const version = exports[`version_${name}`];
    if (typeof version !== 'string') continue;
    session.packages[`@tensorflow/tfjs-${name}`] = version;
    if (name === 'core') session.frameworkVersion = version;
  }
}
