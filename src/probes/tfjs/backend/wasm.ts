import fs from 'node:fs';
import path from 'node:path';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js';
import createModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';

/** What Emscripten makes of the object it is given, as far as it is used here. */
interface EmscriptenModule {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  cwrap(name: string, result: string | null, parameters: string[]): (...args: number[]) => number;
}

const LISTENED = ['uncaughtException', 'unhandledRejection'] as const;

/** Emscripten adds listeners that would change how the user's own exceptions end the process. */
function withoutNewListeners<T>(run: () => T): T {
  const before = LISTENED.map((event) => process.listeners(event as 'uncaughtException'));
  try {
    return run();
  } finally {
    LISTENED.forEach((event, index) => {
      const kept = before[index] ?? [];
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!kept.includes(listener)) process.removeListener(event, listener);
      }
    });
  }
}

function instantiate(): EmscriptenModule {
  const binary = fs.readFileSync(path.join(__dirname, 'tfjs-backend-wasm-simd.wasm'));
  const module: Partial<EmscriptenModule> = {
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), imports);
      receive(instance);
      return instance.exports;
    },
  };
  void withoutNewListeners(() => createModule(module as never));
  return module as EmscriptenModule;
}

/** The WebAssembly backend, ready when this returns (about 10 ms), so that scripts need no `await tf.ready()`. */
export function createWasmBackend(): BackendWasm {
  const module = instantiate();
  const number = 'number';
  const tfjs = {
    init: module.cwrap('init', null, []),
    initWithThreadsCount: module.cwrap('init_with_threads_count', null, [number]),
    getThreadsCount: module.cwrap('get_threads_count', number, []),
    registerTensor: module.cwrap('register_tensor', null, [number, number, number]),
    disposeData: module.cwrap('dispose_data', null, [number]),
    dispose: module.cwrap('dispose', null, []),
  };
  return new BackendWasm(Object.assign(module, { tfjs }));
}
