import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RuntimeSeen } from '../../protocol/telemetry.js';
import type { Text } from '../../protocol/values.js';
import { text } from '../../protocol/values.js';
import type { EngineLike } from './tensorflow.js';

const DRIVER = '/proc/driver/nvidia/gpus';

/** Names of the GPUs as their driver gives them; empty where that says nothing. */
function gpuNames(): string[] {
  try {
    return fs.readdirSync(DRIVER).map((gpu) => {
      const facts = fs.readFileSync(path.join(DRIVER, gpu, 'information'), 'utf8');
      return /^Model:\s*(.+)$/m.exec(facts)?.[1]?.trim() ?? 'GPU';
    });
  } catch {
    return [];
  }
}

/** TensorFlow computes on the first GPU that it may see. */
function firstGpu(): number {
  return Number.parseInt(process.env['CUDA_VISIBLE_DEVICES'] ?? '', 10) || 0;
}

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
 * @param engine whose backend is `wasm`, `cpu` or `tensorflow`
 * @param seed what `Math.random` was seeded with, if it was
 * @param reason why the packages that the script asks for are not the ones it got
 */
export function runtimeSeen(
  engine: EngineLike,
  seed: number | undefined,
  reason: Text | undefined,
): RuntimeSeen {
  const backend = engine.backendName;
  const why = reason ?? reasonFor(backend);
  const gpus = engine.backend.isUsingGpuDevice === true ? [firstGpu()] : [];
  return {
    type: 'runtime',
    backend,
    device: gpus.map((index) => gpuNames()[index] ?? 'GPU')[0] ?? processor(),
    gpus,
    ...(why && { reason: why }),
    ...(seed !== undefined && { seeds: { 'Math.random': seed } }),
  };
}
