import { text, type Text } from '../../../protocol/values.js';
import type { PackageName } from './packages.js';

/** Why a package is not the one that runs, and what to do about it. */
export function missing(name: PackageName): Text {
  return text(
    '{0} is not installed where the script looks for it, so it runs on the built-in WebAssembly backend. To use {0}, run: npm install {0}',
    name,
  );
}

export function unbound(name: PackageName): Text {
  return text(
    'The native binding of {0} is missing, so the script runs on the built-in WebAssembly backend. To use {0}, run: npm rebuild {0} --build-addon-from-source (docs/gpu.md tells how to build it for newer GPUs)',
    name,
  );
}

export function broken(name: PackageName, error: Error): Text {
  return text(
    '{0} does not load ({1}), so the script runs on the built-in WebAssembly backend. docs/gpu.md tells how to build a binding that loads.',
    name,
    firstLine(error.message),
  );
}

export function replaced(name: PackageName, by: PackageName): Text {
  return text('{0} does not load, so the script runs on {1}, which does.', name, by);
}

export function declined(name: PackageName): Text {
  return text(
    '{0} does not load, and TRAINING_DEBUGGER_FALLBACK=off declines the built-in WebAssembly backend. Remove that setting to train on it, or install {0} again.',
    name,
  );
}

export function requested(): Text {
  return text('TRAINING_DEBUGGER_BACKEND=embedded asks for the built-in WebAssembly backend.');
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
