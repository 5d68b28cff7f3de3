/** Messages of a probe as rules' tests need them, with what does not matter filled in. */
import type {
  Batch,
  ExceptionSeen,
  Hello,
  Labels,
  LayersSeen,
  LoaderSeen,
  LossFailed,
} from '../../src/protocol/telemetry.js';
import { at, LINES } from './ruleTester.js';

export const LOADER_LINE = 8;
export const LAYER_LINE = 5;

export function hello(framework: Hello['framework'] = 'pytorch'): Hello {
  const versions = { version: 1, frameworkVersion: '2.0', languageVersion: '3.11' };
  const ranks = { rank: 0, localRank: 0, worldSize: 1 };
  const script = { script: '/train.py', argv: ['train.py'], cwd: '/', packages: {} };
  const language = framework === 'tfjs' ? 'node' : 'python';
  return {
    type: 'hello',
    token: '',
    framework,
    language,
    pid: 1,
    host: 'host',
    time: 0,
    ...versions,
    ...ranks,
    ...script,
  };
}

export function loaderSeen(given: Partial<LoaderSeen> = {}): LoaderSeen {
  const size = { batchSize: 16, batches: 8, workers: 0 };
  return { type: 'loader', id: 0, shuffled: true, role: 'train', source: at(LOADER_LINE), ...size, ...given };
}

export function lossFailed(given: Partial<LossFailed> = {}): LossFailed {
  return {
    type: 'lossFailed',
    step: 0,
    function: 'cross_entropy',
    message: '',
    source: at(LINES.loss),
    ...given,
  };
}

/** An exception that ends the script at the line of the loss. */
export function exceptionSeen(message: string, kind = 'RuntimeError', line = LINES.loss): ExceptionSeen {
  return { type: 'exception', kind, message, frames: [at(line)] };
}

type Tensor = Batch['tensors'][number];

export function tensor(given: Partial<Tensor> = {}): Tensor {
  return { name: 'input', shape: [16, 8], dtype: 'float32', device: 'cpu', ...given };
}

export function batchSeen(step: number, ...tensors: Tensor[]): Batch {
  return { type: 'batch', step, tensors };
}

export function layersSeen(...kinds: string[]): LayersSeen {
  const layers = kinds.map((kind, i) => ({ name: String(i), kind, source: at(LAYER_LINE) }));
  return { type: 'layers', layers };
}

export function labelsSeen(step: number, counts: number[], batch = step): Labels {
  return { type: 'labels', step, epoch: 0, batch, counts };
}
