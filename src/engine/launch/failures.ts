/** Failures of a training that a person sees: what happened and what to do. One factory each. */
import { text, type Text } from '../../protocol/values.js';
import type { Raised } from './traceback.js';
import type { TrainingEnd } from './training.js';

export interface EndContext {
  interpreter: string;
  runtime: 'python' | 'node';
  /** What the script raised, where that is known. */
  raised: Raised | null;
  /** Whether the kernel ended a process for want of memory while this ran. */
  outOfMemory: boolean;
  /** Whether a probe reported anything. */
  measured: boolean;
}

/** Why a training that a person did not stop is over; null where it ended well. */
export function failureOf(end: TrainingEnd, context: EndContext): Text | null {
  if (end.kind === 'unstartable') return unstartable(context.interpreter, end.code, end.message);
  if (end.kind === 'unseen') return unseen();
  if (end.signal !== null) return endedBySignal(end.signal, context.outOfMemory);
  if (end.exitCode === 0) return null;
  if (context.raised !== null) return failureOfException(context.raised, context);
  return endedWithCode(end.exitCode ?? -1, context.outOfMemory);
}

function unstartable(interpreter: string, code: string, message: string): Text {
  if (code === 'ENOENT') return text('{0} could not be started: it does not exist.', interpreter);
  if (code === 'EACCES') return text('{0} could not be started: it may not be executed.', interpreter);
  if (code === 'E2BIG')
    return text('{0} could not be started: arguments and environment are too long.', interpreter);
  return text('{0} could not be started: {1}', interpreter, message);
}

function unseen(): Text {
  return text(
    'The process that watches the training was ended from outside, so how the training ended is not known.',
  );
}

function endedBySignal(signal: NodeJS.Signals, outOfMemory: boolean): Text {
  if (signal === 'SIGKILL' && outOfMemory) return killedForMemory();
  if (signal === 'SIGKILL') {
    return text(
      'The training was killed (SIGKILL). Nobody asked for it here: most often the system ran out of memory. Try a smaller batch or fewer loader workers.',
    );
  }
  if (signal === 'SIGBUS') {
    return text(
      'The training ended by SIGBUS, most often because shared memory is full. Use fewer loader workers, or a larger /dev/shm.',
    );
  }
  if (signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGILL' || signal === 'SIGFPE') {
    return text(
      'Native code crashed ({0}), not the script itself. The console may say more; reinstalling the framework often helps.',
      signal,
    );
  }
  return text('The training was ended from outside by {0}.', signal);
}

function killedForMemory(): Text {
  return text(
    'The system ran out of memory and killed the training. Try a smaller batch, fewer loader workers or a smaller model.',
  );
}

/** Shells and launchers report a child's signal as 128 and its number. */
function endedWithCode(exitCode: number, outOfMemory: boolean): Text {
  if (exitCode === 137 && outOfMemory) return killedForMemory();
  if (exitCode === 137) return endedBySignal('SIGKILL', false);
  if (exitCode === 139) return endedBySignal('SIGSEGV', false);
  return text('The script ended with exit code {0}. The console shows what it printed.', exitCode);
}

function failureOfException(raised: Raised, context: EndContext): Text {
  const module = missingModule(raised);
  if (module !== null) return moduleMissing(module, context);
  const message = raised.message;
  if (/out of memory/i.test(message) && /cuda|hip|mps|gpu/i.test(`${raised.kind} ${message}`))
    return gpuMemory(message);
  if (/not compiled with CUDA enabled/i.test(message)) return torchWithoutCuda(context.interpreter);
  if (
    /No CUDA GPUs are available|no NVIDIA driver|CUDA driver version is insufficient|invalid device ordinal/i.test(
      message,
    )
  ) {
    return cudaAbsent(message);
  }
  if (/Address already in use|EADDRINUSE/.test(message)) return portTaken(message);
  return text('The script raised {0}: {1}', raised.kind, message);
}

function missingModule(raised: Raised): string | null {
  const python = /^No module named '?([\w.]+)'?/.exec(raised.message);
  if (python !== null) return python[1]?.split('.')[0] ?? null;
  const node = /^Cannot find (?:module|package) '([^']+)'/.exec(raised.message);
  return node?.[1] ?? null;
}

function moduleMissing(module: string, { runtime, interpreter }: EndContext): Text {
  if (runtime === 'node') {
    return text('The script needs “{0}”, which is not installed. In its folder run: npm install {0}', module);
  }
  if (module === 'torch') {
    return text(
      'PyTorch is not installed for {0}. Install it with: {0} -m pip install torch — or choose another interpreter.',
      interpreter,
    );
  }
  return text(
    'The module “{0}” is not installed for {1}. Install the package that brings it with: {1} -m pip install {0} — or choose another interpreter.',
    module,
    interpreter,
  );
}

function gpuMemory(message: string): Text {
  return text(
    'The GPU ran out of memory: {0} Try a smaller batch, mixed precision, or another GPU under “gpus”.',
    sentence(message),
  );
}

function torchWithoutCuda(interpreter: string): Text {
  return text(
    'The PyTorch of {0} was built without CUDA, so the script cannot use a GPU. Install a CUDA build (pytorch.org/get-started), or let the script use the CPU.',
    interpreter,
  );
}

function cudaAbsent(message: string): Text {
  return text(
    'No usable CUDA GPU was found: {0} Check that nvidia-smi lists one and that “gpus” names GPUs that exist, or let the script use the CPU.',
    sentence(message),
  );
}

function portTaken(message: string): Text {
  return text('A network port that the script needs is taken by another process: {0}', sentence(message));
}

function sentence(message: string): string {
  const first = message.split(/(?<=\.)\s/)[0] ?? message;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
