import os from 'node:os';
import type { RuntimeSeen } from '../../protocol/telemetry.js';
import type { Text } from '../../protocol/values.js';
import { text } from '../../protocol/values.js';

function processor(): string {
  return os.cpus()[0]?.model.trim() ?? os.arch();
}

/** Why the backend is not a faster one, where nothing was said already. */
function reasonFor(backend: string): Text | undefined {
  if (backend !== 'cpu') return undefined;
  return text(
    'The script runs on the plain JavaScript backend of @tensorflow/tfjs, which is slow. Install @tensorflow/tfjs-node and import that, or set the environment variable TRAINING_DEBUGGER_BACKEND=embedded to train on the built-in WebAssembly backend.',
  );
}

/**
 * @param backend name of the engine's backend: `wasm`, `cpu`, `tensorflow`
 * @param seed what `Math.random` was seeded with, if it was
 * @param reason why the packages that the script asks for are not the ones it got
 */
export function runtimeSeen(
  backend: string,
  seed: number | undefined,
  reason: Text | undefined,
): RuntimeSeen {
  const why = reason ?? reasonFor(backend);
  return {
    type: 'runtime',
    backend,
    device: processor(),
    gpus: [],
    ...(why && { reason: why }),
    ...(seed !== undefined && { seeds: { 'Math.random': seed } }),
  };
}
